"""A study: many recordings, read again with today's detector, on Dask, into Parquet tables."""
