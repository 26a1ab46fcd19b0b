"""Short answers and what they earn."""

from fractions import Fraction

from courses.question_types.base import Example

_COMPLAINT = {
    "stem": "居民为楼上漏水来投诉，情绪激动。接待时先做哪几件事？",
    "keywords": [
        {"any": ["倾听", "先听", "听完"], "weight": 2},
        {"any": ["记录", "记下"], "weight": 1},
        {"any": ["约双方", "约定时间"], "weight": 1},
    ],
    "max_chars": 300,
    "explanation": "先让情绪有出口，再把事实记下来，最后约双方一起说。",
}
_ANY_TWO = {
    "stem": "说出入户走访前要准备的两样东西。",
    "keywords": [
        {"any": ["工作证", "证件"], "weight": 1},
        {"any": ["笔记本", "记录本"], "weight": 1},
        {"any": ["便民卡", "联系卡"], "weight": 1},
        {"any": ["AED 地图", "AED地图"], "weight": 1},
    ],
    "least": 2,
    "max_chars": 500,
    "explanation": "",
}
EXAMPLES = (
    Example(
        _COMPLAINT,
        [
            ("先听他说完，记下时间地点，再约双方见面。", Fraction(1)),
            ("倾 听，记　录", Fraction(3, 4)),
            ("做好记录！", Fraction(1, 4)),
            ("马上判断谁对谁错", Fraction(0)),
            (["先听", "记录"], Fraction(0)),
            (None, Fraction(0)),
        ],
    ),
    Example(
        _ANY_TWO,
        [
            ("工作证和笔记本", Fraction(1)),
            ("证件、联系卡、记录本", Fraction(1)),
            ("ａｅｄ地图", Fraction(1, 2)),
            ("带上 aed 地图", Fraction(1, 2)),
            ("空手去", Fraction(0)),
        ],
    ),
)
