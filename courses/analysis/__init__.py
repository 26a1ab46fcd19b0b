"""Item analysis: what the answers of many people say about a quiz and its questions.

Nothing here judges people, and nothing is ever shown per person. Scores come from the attempts as they were graded.
"""
