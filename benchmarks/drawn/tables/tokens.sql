select d.*, l.* exclude (id, text, role), l.text as norm from drawn d join lexicon l using (id)
