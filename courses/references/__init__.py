"""What a question rests on: the paragraphs and lessons that explain it, and the regulations it was checked against."""
