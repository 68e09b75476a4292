"""Mutants of what days and crews add before the clock starts: drawing, duties, windows."""

from __future__ import annotations

from tests.mutants.named import in_file

WEEK = "tests/test_week.py::"
ATTENDS = "tests/test_attendance.py::"
ROSTER = "tests/test_roster.py::"

LANES_AND_PROCEDURES = in_file(
    "chains.py",
    ("lanes/attempt",
     'uniform = self._uniform(generation, places, first, "share", attempt)',
     'uniform = self._uniform(generation, places, first, "share", FIRST)',
     WEEK + "test_lanes_go_by_shares_at_every_attempt",
     "who phones again is always for the same group"),
    ("lanes/order",
     "[kind.shares[group] for group in tiers_of(self.scenario, name)]",
     "list(kind.shares.values())",
     WEEK + "test_lanes_go_by_shares_at_every_attempt",
     "shares go by their order in the file, and groups by theirs"),
    ("procedures/kept",
     "about[(to[key][parents] != rest.type) | (via == Via.TRANSFER)] = NOT_DRAWN",
     "about[:] = NOT_DRAWN",
     WEEK + "test_procedures_are_kept_but_for_something_new",
     "who phones again needs something else each time"),
    ("procedures/transfer",
     "(to[key][parents] != rest.type) | (via == Via.TRANSFER)",
     "(via == Via.TRANSFER)",
     WEEK + "test_a_redial_as_another_type_is_about_something_new",
     "who redials as another type needs what the first type needs"),
    ("procedures/unknown",
     'own["repeat"] |= self._may_be_unknown(name, generation.procedure[places])',
     'own["repeat"] &= ~self._may_be_unknown(name, generation.procedure[places])',
     WEEK + "test_who_needs_what_a_group_does_not_know_has_a_row_for_a_repeat",
     "who was sent away does not phone again"),
)  # fmt: skip

ATTENDANCE = in_file(
    "attendance.py",
    ("staff/day",
     'chance(name, "absence", FIRST + day, size)',
     'chance(name, "absence", FIRST, size)',
     ATTENDS + "test_draws_come_from_streams_by_group_purpose_and_day",
     "who is ill on Monday is ill all week"),
    ("staff/late",
     'by = group.late.by.quantile(chance(name, "late_by", FIRST + day, size))',
     'by = group.late.by.quantile(chance(name, "late", FIRST + day, size))',
     ATTENDS + "test_draws_come_from_streams_by_group_purpose_and_day",
     "only small delays happen"),
    ("pace/mean",
     "np.exp(np.sqrt(variance) * ndtri(chance) - variance / 2)",
     "np.exp(np.sqrt(variance) * ndtri(chance))",
     (ATTENDS + "test_the_mean_pace_is_1",
      ATTENDS + "test_draws_come_from_streams_by_group_purpose_and_day"),
     "operators are slow on average because they differ"),
    ("learning/halves",
     "left = 2.0 ** (-tenure / group.learning.halves_in)",
     "left = np.exp(-tenure / group.learning.halves_in)",
     ATTENDS + "test_learning_halves_what_is_left",
     "people learn more quickly than is said"),
)  # fmt: skip

STAGGERING = in_file(
    "staggering.py",
    ("peak/stays",
     "self.on_duty[pieces] - 1, self.load[pieces]",
     "self.on_duty[pieces], self.load[pieces]",
     ROSTER + "test_breaks_are_where_the_rule_puts_them",
     "the one who leaves is counted on"),
    ("quietest/ties",
     "key=lambda time: (self._peak(time, lasts), time)",
     "key=lambda time: (self._peak(time, lasts), -time)",
     ROSTER + "test_breaks_avoid_the_peak_and_each_other",
     "of equals the latest is taken"),
    ("staggered/leave",
     "        floor.leave(start, window.lasts)\n",
     "",
     ROSTER + "test_breaks_avoid_the_peak_and_each_other",
     "everybody eats at the same time"),
    ("begins/end",
     "+ [window.last]",
     "",
     ROSTER + "test_candidates_are_a_grid_and_both_ends",
     "the end of a window is never used"),
)  # fmt: skip

DUTIES = in_file(
    "duties.py",
    ("add_duty/touching",
     "self.duties[-1] = last._replace(end=duty.end)",
     "self.duties.append(duty)",
     ROSTER + "test_days_that_touch_are_one_period",
     "who works on goes home and comes again"),
    ("seats/opening",
     "before = -1  # seats are set at every opening",
     "pass",
     ROSTER + "test_seats_of_each_day",
     "no seats are set in the morning"),
    ("load/share",
     "calls * (kind.volume * share) / np.diff(edges)",
     "calls * kind.volume / np.diff(edges)",
     ROSTER + "test_load_of_a_group",
     "every group expects all calls"),
    ("rests/latest",
     "yield window, Rest(who, first, rest.lasts, paid, number, kind, last)",
     "yield window, Rest(who, first, rest.lasts, paid, number, kind, first)",
     ROSTER + "test_breaks_and_meetings",
     "whoever uses the window is late"),
)  # fmt: skip

DAYS = [*LANES_AND_PROCEDURES, *ATTENDANCE, *STAGGERING, *DUTIES]
"""All of them."""
