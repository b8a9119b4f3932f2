from flows.training.card import PAGE, PLOT, describe_models, draw_curve, read_card


def test_the_page_is_that_of_the_model_in_use() -> None:
    assert PAGE.read_text(encoding="utf-8") == describe_models(), "flows.training.card.write_page writes it anew"
    assert PLOT.read_text(encoding="utf-8") == draw_curve(read_card()["curve"])
