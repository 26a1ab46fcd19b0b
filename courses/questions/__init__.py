"""The question bank: categories, questions, and every version that an attempt may have seen."""
