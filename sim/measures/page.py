"""The reference page of measures, made from where they are declared."""

from __future__ import annotations

from sim.measures.catalogue import MEASURES
from sim.measures.ledger import DERIVED, MONEY
from sim.measures.tally import CONTACT_SUMS, GROUP_FIGURES, STAFF_SUMS, TYPE_FIGURES


def page() -> str:
    """The reference page of measures, in Markdown."""
    measures = [
        f"| `{m.name}` | {_unit(m.unit)} | {m.meaning} | {m.figure} | {_WHERE[m.scopes]} |"
        for m in MEASURES
    ]
    figures = {
        c.name: c for c in (*CONTACT_SUMS, *TYPE_FIGURES, *STAFF_SUMS, *GROUP_FIGURES, *DERIVED)
    }
    columns = [f"| `{c.name}` | {_unit(c.unit)} | {c.meaning} |" for c in figures.values()]
    return _PAGE.format(measures="\n".join(measures), figures="\n".join(columns))


_WHERE = {
    "all": "line",
    "all type": "line, type",
    "all group": "line, group",
    "all type group": "line, type, group",
}


def _unit(unit: str) -> str:
    return "currency" if unit == MONEY else unit


_PAGE = """# Measures

<!-- Made by `python -m sim.measures > docs/measures.md`; a test sees to it that it is current. -->

Every measure is a mean, a share or a ratio over all simulated days: a ratio is sum over sum,
never a mean of daily ratios. `low` and `high` are a 95 % interval of the measure itself: they say
how well it is known, and close in as replications are added. `day_p10` and `day_p90` are the
quantiles of the days' own values: they say how days differ, and stay. 0/0 is null, and so is an
interval from one replication.

Where a scenario names several `days`, a replication is all of them, a week say: amounts (contacts,
hours, cost) are of the week, and `day_p10` and `day_p90` are quantiles over weeks. `wait_max`,
`queue_max` and `longest_stretch` are means over the days of a week, `service_level_day` is of days.

What is said of several plans (changes, chances, the front, what is sure of all together) is defined
in [comparing plans](comparing-plans.md).

| measure | unit | meaning | how it is worked out | where |
|---|---|---|---|---|
{measures}

## Conventions

- A contact counts in the reporting interval in which it arrived, whenever it was answered.
- "In time" compares clock times, `wait_ended <= arrival + within`, without rounding. A hang-up is
  short if its wait is under `ignore_under`; one of exactly that length is not. A wait is over a
  limit if it is longer than it.
- For all call types together, contacts in time are the sum over types, each held to its own
  type's threshold; the convention on hang-ups is the scenario's.
- Where contacts were offered in an interval (or on a day) but the convention leaves none to
  judge, as when nobody was answered under `answered`, the target counts as missed.
- `queue_time` and `queue_mean` are over the day's open hours, for a call type with hours of its
  own too, so that the types add up to the line.
- Overtime is presence outside rostered duty; for seats it is presence above their number, which
  is 0 after closing. Who leaves before the end of the rostered duty is paid to its end. Handling
  and overtime outside the open hours count in the first or the last interval; time on duty
  outside them counts in the totals only.
- Between days the time in which the line is closed is folded away: contacts of that time count in
  the interval before, handling and overtime before its middle in the interval before and after it
  in the next. A row belongs to the day in whose open hours it is, and its clock is that day's,
  "25:30" of a night that goes on past midnight. `queue_mean` is over the open hours of all days.
- Where it rings at a desk before the talk (`ring`) the wait of who is answered on the line goes on
  until the talk, in all measures but `delayed_share`; handling has the ring too.
- `shrinkage` takes overtime as paid time that was not on duty. It is below 0 when unpaid breaks
  that were on the roster could not be taken. `shrinkage_parts` has what it is made of by group:
  absence and lateness that are paid, paid breaks, meetings, training, coaching, overtime, planned
  parts (in proportion where there are several), and the rest as "other": who leaves early is paid
  to the end of duty, and unpaid breaks may be shorter or longer than rostered.
- `required_paid` of `staff_by_interval` is `required` / (1 - `shrinkage` of the group): operators
  to be paid for so that the required are on duty.
- A premium belongs to the day on which it begins; on a single day without a name premiums of some
  weekdays are left out. Premiums are shares of `wage` for all paid time with a clock: rostered duty
  less unpaid breaks, whom the line pays while absent, who is on call from when they come, and
  overtime; paid time for planned shrinkage has none.
- Who is on call is paid from when they come to the end of the duty, and on standby before. Who is
  absent and paid is paid for standby too.
- A break is late if it begins after `at`, be it by the seconds of a call in hand, or after the end
  of its window; meetings are no breaks here.
- On the telephone lines are all calls from reaching the line, menu included, to the end of the talk
  or of the wait; blocked calls take no line.

## Intervals

- Means and ratios: Student's t on the days' influences (delta method). Its degrees of freedom are
  those of the variance of the influences (Satterthwaite 1946): of R days 2 / (2 / (R - 1) + k / R),
  with k Fisher's estimate of their excess kurtosis, at least 0. Of days as even as normal ones
  that is R - 1; where few days differ from the rest by far, it is less and the interval wider.
  Fewer than 10 days tell nothing of k, and R - 1 it is. How often intervals hold the truth is told
  in [coverage](coverage.md).
  Where there is anything to go by on one day alone, such as one contact in all, there is no
  interval: nothing tells how days differ.
- Shares of contacts, callers or intervals: the same; a share that is the same on all days, such as
  0 (or 1), gets Wilson's interval for as many trials as there were contacts, since none in so many
  does not prove never. This takes contacts as independent, so it is the least doubt that one may
  have.
- Shares of days: Wilson's interval.
- Quantiles: Woodruff's interval, from that of the share of contacts at or under the quantile. Few
  waits have no upper end for it: all n are under the true quantile with a chance of
  (percent / 100)^n, and while that is more than 2.5 % there is no interval. It takes 368 contacts
  in all for `wait_p99`, 72 for `wait_p95`, 36 for `wait_p90` and 6 for `wait_p50`, also where
  nobody waited. Then none of its changes has one. Where days are so alike that the ends would be
  the same wait, the share has Wilson's half-width.
- Break-even points of plans (`break_even` of a comparison): Fieller's interval of the price at
  which the difference of the nets is 0; "unsure" where the sign of what the price multiplies is
  not known. "always" and "never" where the whole interval is below 0, so that no price changes
  it. The degrees of freedom are those of that difference at the break-even price.
- Differences of plans: Student's t, as for means, on the differences of the influences, day by
  day. Plans see the same callers, so what the days have in common cancels. Where a share is 0
  under both plans the difference is 0 with no width.
- Differences that are the same on every day, and not 0: exact where chance has no part in them, as
  in wages, paid hours and plan costs. Such a cost stays exact in `total_cost`, `net` and the costs
  of a week, month and year where lost calls, waits, lines and repeat calls cost the same on every
  day under both plans. Wages are left to chance where who is absent is not paid. Of all else
  whole numbers are alike by luck: up and down being as likely, d days all show one sign with
  2 x 0.5^d, which is 0.05 or less from 6 days on (sign test). On fewer there is no interval and no
  p value; from 6 on p is that. Days on which a plan has no value of its own do not count.
  Where neither plan varies either, as from none to all of the contacts, the half-width is the root
  of the sum of squares of the longer sides of both plans' intervals.

## Figures of a day

| figure | unit | meaning |
|---|---|---|
{figures}
"""
