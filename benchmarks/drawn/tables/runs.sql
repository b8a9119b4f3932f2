select $run as run_id, now() as started_at, now() as finished_at, 100 as planned_new
