"""Tables of linkbacks: CSV, JSON Lines, JSON and Parquet files, their columns and their rows."""
