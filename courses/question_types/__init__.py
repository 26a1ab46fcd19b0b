"""Question types: how one question is asked, answered, graded and written.

Each type is one folder with ``PLUGIN = TheType()`` in its ``__init__.py`` and its own templates
(``answer.html``, ``review.html``, ``editor.html``) beside it. Everything here is pure: no Flask, no
database, and no type knows another. What a type needs from outside comes in as plain JSON values.

What does not belong here: marks, attempts, the time, who may see what (``courses.quizzes``) and where
questions are kept (``courses.questions``).
"""
