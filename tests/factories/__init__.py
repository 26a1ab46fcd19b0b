"""Makers of things to test with: each has sensible values, and takes what matters to the test by name.

One file per room; every function there whose name begins with `make_` can be imported from here:

    from tests.factories import make_course, make_person

Makers add to `db.session` and flush, so that what they return has its id. Inside this package import from the sibling
file (`from tests.factories.people import make_person`).
"""

import importlib
import pkgutil

for _info in pkgutil.iter_modules(__path__):
    _module = importlib.import_module(f"{__name__}.{_info.name}")
    globals().update({name: value for name, value in vars(_module).items() if name.startswith("make_")})
