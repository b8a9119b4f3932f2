select *, raw_text as text from texts
