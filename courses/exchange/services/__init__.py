"""Reading files of questions, importing and undoing, exporting."""
