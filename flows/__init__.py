"""Orchestration: what runs, in what order, when. It reads settings and knows no language and no SQL."""
