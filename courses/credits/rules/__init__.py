"""What hours are worth, by rules that are data. Pure: values in, values out; no database, no request."""
