"""Valid scenario questions with what answers to them earn."""

from fractions import Fraction

from courses.question_types.base import Example

_DOOR = """指标：信任、弄清情况
## 1 门开了一条缝
门里的人说：“又是来登记的？上次登记完就没人管了。”
- 先道歉，说上次的事自己去查，今天只问一件事 → 2
后果：门开大了些。
得分：信任 +2
最佳：先接住情绪，再说来意。
- 解释登记是规定，请他配合 → 3
后果：“规定规定，你们就会说规定。”
得分：信任 -1
点评：规定没有错，但这时候他听不进去。
## 2 他开口了
“厨房顶上滴水，半个月了。”
- 请他指给你看，当面记下来 → 4
后果：他搬来凳子，让你看那一圈水印。
得分：弄清情况 +2
最佳：看见了才说得清。
- 让他自己找物业 → 3
后果：他说物业的电话没人接。
得分：信任 -1
点评：事情又回到了他手里。
## 3 门关上了
门在你面前关上。
结局：差
复盘：他要的是有人管，不是有人登记。
## 4 约好了下次
你们约好周四带物业的人一起来看。
结局：好
复盘：先听，再看，然后约定一件做得到的事。"""
_PHONE = """## 1 Nobody answers
The old man next door has not been seen since yesterday.
- Ring his daughter → 2
Then: She is at work and gives you the spare key's place.
Best: She has the right to decide, and the key.
- Wait until tomorrow → 3
Then: You go home.
## 2 He fell, and is found
He lies in the kitchen, awake.
Ending: good
Debrief: One call was enough.
## 3 A day later
The neighbours call the police.
Ending: poor
Debrief: A day is long on a kitchen floor."""

EXAMPLES = (
    Example(
        {"stem": "您第一次上门走访，居民不愿意开门。", "text": _DOOR, "explanation": "上门先听情绪，再问事情。"},
        [
            ({"path": [0, 0], "ended": True}, Fraction(1)),
            ({"path": [0, 1], "ended": True}, Fraction(1, 4)),
            ({"path": [1], "ended": True}, Fraction(0)),
            ({"path": [0], "ended": False}, Fraction(0)),
            ({"path": [0], "ended": True}, Fraction(0)),
            ({"path": [0, 0, 0], "ended": True}, Fraction(0)),
            ({"steps": [0, 0]}, Fraction(0)),
        ],
    ),
    Example(
        {"stem": "A neighbour worries.", "text": _PHONE, "explanation": ""},
        [({"path": [0], "ended": True}, Fraction(1)), ({"path": [1], "ended": True}, Fraction(0))],
    ),
)
