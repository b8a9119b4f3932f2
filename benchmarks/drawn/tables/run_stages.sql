select $run as run_id, unnest(['ingest', 'clean', 'tokenize', 'extract', 'aggregate']) as stage
