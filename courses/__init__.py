"""What is taught and learned: courses, textbooks, quizzes, learning and reports. Stands on `academy`."""
