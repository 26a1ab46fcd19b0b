"""Quizzes: papers, attempts, answers that are never lost, grading."""
