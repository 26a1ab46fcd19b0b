"""Learning from questions: the notebook of wrong answers, spaced and chapter practice, mock exams, strengths by category.

Everything here is for the trainee alone: no marks that count, no ranking, no reminder, and nobody else sees any of it.
"""
