"""Whether what was found answers: fitted when an index is built, judged when it is asked."""

from index.calibration.model import Calibration, Found, Point, judge, judged, threshold

__all__ = ["Calibration", "Found", "Point", "judge", "judged", "threshold"]
