from signed
