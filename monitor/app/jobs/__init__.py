"""Jobs: the same whether the service does them on schedule or somebody by hand."""
