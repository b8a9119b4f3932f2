-- The matching key of a word or phrase: two spellings of one word have the same key: `norm('أوكرانيا') = norm('اوكرانيا')`.
-- It gives what tasks/arabic/normalize.py gives for all of Arabic and Latin; a test compares them.
create macro norm(word) as
    replace(translate(
        lower(regexp_replace(
            replace(word, 'İ', 'i̇'),  -- DuckDB drops the dot that Unicode keeps beside the i
            '[\x{0610}-\x{061a}\x{064b}-\x{065f}\x{0670}\x{06d6}-\x{06dc}\x{06df}-\x{06e8}\x{06ea}-\x{06ed}\x{0640}]', '', 'g'
        )),
        'أإآٱ' || 'ىئیېے' || 'ؤةکھہ' || 'گڤپچژ' || '٠١٢٣٤٥٦٧٨٩' || '۰۱۲۳۴۵۶۷۸۹' || 'µſς',
        'اااا' || 'ييييي' || 'وهكهه' || 'غفبجج' || '0123456789' || '0123456789' || 'μsσ'
    ), 'ß', 'ss')
