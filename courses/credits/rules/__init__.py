"""Pure decisions about credit hours: values in, values out."""
