"""Writing and handing in; marking."""
