-- The dictionary words that the matching key of a stem may be. Before a pronoun some endings are written
-- differently: حكومت(ها) is حكومه, شركاي(ه) and شركاو(ه) are شركاء; but بيت(ها) is بيت and راي(ه) is راي.
-- Nothing in the word tells which, so that it counts as either.
create macro terms_of(stem, has_pronoun) as
    case
        when not has_pronoun then [stem]
        when ends_with(stem, 'ت') then [stem, left(stem, length(stem) - 1) || 'ه']
        when ends_with(stem, 'اي') or ends_with(stem, 'او') then [stem, left(stem, length(stem) - 1) || 'ء']
        else [stem]
    end
