"""The rows of hostile peers, by name."""

from churn import Churn
from descriptors import Descriptors
from slowloris import Slowloris
from stalled import Stalled
from vanish import Vanish

HOSTILES = {row.name: row for row in (Stalled, Vanish, Slowloris, Descriptors, Churn)}
