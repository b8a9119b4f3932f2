"""Words a second, loading time and memory of `ar_warraq` beside what else can be installed: `make bench`.

Each one reads the same articles, in a process of its own and one thread: ANT beside the project, or else generated
ones. Words are those between spaces, seconds those of the processor. What is not installed is left out with a line that
says how to get it; the spaCy network is read from `--cnn FOLDER`, where `python -m benchmarks.cnn FOLDER` put it.
`--write` keeps the figures in language.json, from which README.md and docs/language.md have their tables.
"""

import gzip
import importlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import typer

ANT = Path(__file__).parents[2] / "shared" / "data" / "ant" / "articles.jsonl.gz"
FIGURES = Path(__file__).with_name("language.json")
WORDS: Final = 200_000
SECONDS: Final = 60.0  # after which a slow one need read no more
THREADS: Final = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")

BATCH: Final = 50  # articles

Reader = Callable[[Sequence[str]], object]


class Rival(NamedTuple):
    """Something that reads text: what it gives, what makes its reader, and how to get it."""

    gives: str
    make: Callable[[], Reader]
    install: str = ""
    with_torch: bool = False


def main(
    cnn: Path = Path("cnn"), only: str = "", seconds: float = SECONDS, words: int = WORDS, write: bool = False
) -> None:
    """Measure all, each in a process of its own; `only` one of them in this one."""
    os.environ["WARRAQ_CNN"] = str(cnn.absolute())
    if only:
        print(json.dumps(measure(RIVALS[only], seconds, words)))
        return
    found: dict[str, Any] = {}
    env = os.environ | dict.fromkeys(THREADS, "1") | {"HF_HUB_OFFLINE": "1"}
    for name, rival in RIVALS.items():
        command = ["-m", "benchmarks.language", "--only", name, "--seconds", str(seconds), "--words", str(words)]
        done = subprocess.run([sys.executable, *command, "--cnn", str(cnn)], env=env, capture_output=True, text=True)
        if done.returncode:
            print(f"{name}: left out, {done.stderr.strip().splitlines()[-1]}; {rival.install}")
            continue
        found[name] = {"gives": rival.gives, **json.loads(done.stdout.splitlines()[-1])}
        print(name, found[name])
    if cnn.is_dir() and ours_and_theirs(found):
        found[CNN]["f1"], found[WHOLE]["f1"] = score_names(cnn)
    if write:
        FIGURES.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def measure(rival: Rival, seconds: float, words: int) -> dict[str, float]:
    """Load one and let it read: seconds to its first text, words a second after it, and MiB after both."""
    texts = list(read_texts(words))
    if not rival.with_torch:
        sys.modules["torch"] = None  # type: ignore[assignment]  # spaCy imports it wherever it is installed
    began = time.process_time()
    read = rival.make()
    read(texts[:1])
    loaded, light = time.process_time() - began, memory()
    count, began = 0, time.process_time()
    for at in range(1, len(texts), BATCH):
        batch = texts[at : at + BATCH]
        read(batch)
        count += sum(len(text.split()) for text in batch)
        if (spent := time.process_time() - began) > seconds:
            break
    return {
        "load_seconds": round(loaded, 2),
        "load_mib": round(light),
        "words": count,
        "words_a_second": round(count / spent),
        "mib": round(memory()),
    }


def memory() -> float:
    """Return the most MiB that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def read_texts(words: int) -> Iterator[str]:
    """Yield articles of so many words in all, as the pipeline cleans them."""
    fix = importlib.import_module("tasks.arabic.fixes").fix_text
    count = 0
    for text in read_ant() if ANT.exists() else generate():
        yield fix(text).text
        count += len(text.split())
        if count > words:
            return


def read_ant() -> Iterator[str]:
    """Yield the articles of the ANT corpus, the title first."""
    with gzip.open(ANT, "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            yield f"{article['title']}\n{article['text']}"


def generate() -> Iterator[str]:
    """Yield generated articles."""
    from benchmarks.generate import read_stories, write_article

    stories = list(read_stories())
    for number in range(10**6):
        article = write_article(number, 7, stories)
        yield f"{article['title']}\n{article['text']}"


# --- ours ------------------------------------------------------------------------------------------


def ours(*components: str, clitics: bool = False) -> Callable[[], Reader]:
    """Return what makes `ar_warraq` with these components only."""

    def make() -> Reader:
        import spacy

        nlp = spacy.blank("ar_warraq")
        for name in nlp.pipe_names:
            if name not in components:
                nlp.remove_pipe(name)
        if not clitics:
            return run(nlp)
        return lambda texts: [(t._.proclitics, t._.stem, t._.enclitics) for doc in nlp.pipe(texts) for t in doc]

    return make


def run(nlp: Any) -> Reader:
    """Return what runs a pipeline of spaCy."""
    return lambda texts: list(nlp.pipe(texts))


def make_transformer() -> Reader:
    """Return `ar_warraq` with names by a network of BERT's base size, whose weights are random."""
    import spacy
    import transformers

    folder = Path(tempfile.mkdtemp())
    letters = [chr(code) for code in range(0x620, 0x653)]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    known = importlib.import_module("tasks.lexicons").words()
    pieces += [word for word in islice(known, 29_000) if len(word) > 1]  # as many pieces as models of Arabic have
    (folder / "vocab.txt").write_text("\n".join(pieces), encoding="utf-8")
    transformers.BertTokenizer(vocab=str(folder / "vocab.txt"), strip_accents=True).save_pretrained(folder)
    labels = dict(enumerate(("O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG", "B-MISC", "I-MISC")))
    config = transformers.BertConfig(
        vocab_size=len(pieces), id2label=labels, label2id={b: a for a, b in labels.items()}
    )
    transformers.BertForTokenClassification(config).save_pretrained(folder)
    nlp = spacy.blank("ar_warraq")
    nlp.replace_pipe("warraq_names", "warraq_transformer_names", config={"model": str(folder)})
    return run(nlp)


# --- others ----------------------------------------------------------------------------------------


def make_blank() -> Reader:
    """Return spaCy's blank Arabic."""
    import spacy

    return run(spacy.blank("ar"))


def make_camel() -> Reader:
    """Return what of CAMeL Tools needs no data: its normalizers and its tokenizer."""
    from camel_tools.tokenizers.word import simple_word_tokenize
    from camel_tools.utils import normalize
    from camel_tools.utils.dediac import dediac_ar

    steps = (
        normalize.normalize_unicode, dediac_ar, normalize.normalize_alef_ar, normalize.normalize_alef_maksura_ar,
        normalize.normalize_teh_marbuta_ar,
    )  # fmt: skip

    def read(texts: Sequence[str]) -> list[list[str]]:
        for step in steps:
            texts = list(map(step, texts))
        return list(map(simple_word_tokenize, texts))

    return read


def make_cnn() -> Reader:
    """Return the spaCy network that was trained on the same names."""
    import spacy

    return run(spacy.load(os.environ["WARRAQ_CNN"]))


def make_stanza() -> Reader:
    """Return Stanza's network for names in the sizes of its Arabic model, with random weights and no other stage."""
    import torch
    from stanza.models import ner_tagger
    from stanza.models.common.char_model import CharacterLanguageModel
    from stanza.models.common.doc import Document
    from stanza.models.ner.data import DataLoader
    from stanza.models.ner.trainer import Trainer
    from stanza.models.ner.vocab import CharVocab

    from tasks.arabic.sentences import find_sentences

    torch.manual_seed(0)
    text = next(read_texts(1_000))
    letters = {"char": CharVocab([[[word, "O"] for word in text.split()]], "ar")}
    sizes = {"char_emb_dim": 100, "char_hidden_dim": 1024, "char_num_layers": 1, "char_dropout": 0.0}
    args = vars(ner_tagger.build_argparse().parse_args([])) | {"charlm": True, "shorthand": "ar", "use_peft": False}
    folder = Path(tempfile.mkdtemp())
    for way in ("forward", "backward"):
        file = folder / f"{way}.pt"
        CharacterLanguageModel(sizes | {"char_rec_dropout": 0.0}, letters, is_forward_lm=way == "forward").save(
            str(file)
        )
        args[f"charlm_{way}_file"] = str(file)

    def load(texts: Sequence[str], vocab: Any = None) -> Any:
        lines = [text[s.start : s.end].split() for text in texts for s in find_sentences(text)]
        tags = ("B-PER", "I-PER", "E-PER", "S-LOC", "O")
        rows = [[{"id": at + 1, "text": word, "ner": tags[at % 5]} for at, word in enumerate(line)] for line in lines]
        return DataLoader(Document(rows), 32, args, vocab=vocab, evaluation=vocab is not None, preprocess_tags=False)

    vocab = load([text]).vocab
    trainer = Trainer(args=args, vocab=vocab, device="cpu")

    def read(texts: Sequence[str]) -> list[Any]:
        with torch.inference_mode():
            return [trainer.predict(batch) for batch in load(texts, vocab)]

    return read


WHOLE: Final = "ar_warraq"
CNN: Final = "spaCy, a network trained on the same names"
RIVALS: Final[Mapping[str, Rival]] = MappingProxyType(
    {
        "ar_warraq: tokenizer": Rival("tokens that fit news", ours()),
        "ar_warraq: clitics": Rival("and the word between its clitics", ours(clitics=True)),
        "ar_warraq: warraq_sentences": Rival("and sentences, titles and lines", ours("warraq_sentences")),
        "ar_warraq: warraq_words": Rival(
            "and key, lemma and part of speech", ours("warraq_sentences", "warraq_words")
        ),
        WHOLE: Rival(
            "tokens, clitics, sentences, lemmas, parts of speech, names of five kinds without clitics, "
            "and who or what each is",
            ours("warraq_sentences", "warraq_words", "warraq_names", clitics=True),
        ),
        "spaCy, blank `ar`": Rival("tokens", make_blank),
        "CAMeL Tools, without its data": Rival(
            "tokens, and one spelling of alef, ya, ta marbuta", make_camel, "pip install camel-tools", with_torch=True
        ),
        CNN: Rival("tokens, names with their clitics", make_cnn, "python -m benchmarks.cnn cnn"),
        "Stanza, names only, random weights": Rival(
            "names with their clitics", make_stanza, "pip install stanza", with_torch=True
        ),
        "ar_warraq, names by a BERT of base size, random weights": Rival(
            "as `ar_warraq`, but names as the model knows them", make_transformer, "pip install 'warraq[transformer]'",
            with_torch=True,
        ),
    }
)  # fmt: skip


def ours_and_theirs(found: Mapping[str, Any]) -> bool:
    """Tell whether both were measured that find names and have learnt from the same."""
    from benchmarks.cnn import NEWS_NER

    return NEWS_NER.is_dir() and {WHOLE, CNN} <= found.keys()


def score_names(cnn: Path) -> tuple[float, float]:
    """Return F1 on the development set of the network, its gold being whole words, and of ours."""
    import spacy

    from benchmarks.cnn import DEV, add, f1, read_texts, score

    nlp, counts = spacy.blank("ar_warraq"), [0, 0, 0]
    for text, names in read_texts(DEV):
        add(counts, {(e._.name_start, e._.name_end, e.label_) for e in nlp(text).ents}, set(names))
    return round(score(spacy.load(cnn)), 1), round(f1(counts), 1)


if __name__ == "__main__":
    typer.run(main)
