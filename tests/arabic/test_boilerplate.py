from tasks.arabic.fixes import find_boilerplate

CASES = "boilerplate.jsonl"


def test_page_furniture_is_found_and_nothing_else(case: dict) -> None:
    assert [case["text"][start:end] for start, end in find_boilerplate(case["text"])] == case["boilerplate"]
