"""
What a release must withstand, row by row, and the tests that prove it.

The rows are those of the lists that the release phase was built to: `R` for what it does, `F`
for the faults that are injected. Full trial counts, and some controls, are in ``make test-long``;
what needs PgBouncer or MariaDB is in ``make test-services``.
"""

from __future__ import annotations

import pytest

from tests.promises import missing

ROWS = {
    "R1: two releases at once do no damage, where two plain migrates do": """
        release/test_guard.py::test_two_that_start_together_do_no_damage_and_two_unguarded_migrates_do
        release/test_release.py::test_of_eight_at_once_one_migrates_and_the_others_find_nothing_to_do
    """,
    "R2: a waiter names the holder at once, and gives up with status 4": """
        release/test_lock.py::test_a_waiter_says_at_once_who_holds_it_and_gets_it_afterwards
        release/test_release.py::test_a_waiter_says_who_holds_the_lock_and_gives_up_with_status_4
    """,
    "R3: a concurrent index is made while another waits, at any isolation level": """
        release/test_migrations.py::test_neither_the_lock_nor_who_waits_for_it_holds_up_a_concurrent_index
        release/test_lock.py::test_neither_holder_nor_waiter_holds_up_a_concurrent_index
    """,
    "R4: of a killed release nothing goes on, and SIGTERM ends one in order": """
        release/test_release.py::test_a_killed_release_leaves_no_lock_and_nothing_running
        release/test_release.py::test_the_release_after_a_killed_one_waits_for_what_it_left_running
        release/test_termination.py::test_sigterm_cancels_the_statement_and_frees_the_lock_within_two_seconds
        release/test_killed.py::test_of_releases_killed_at_any_moment_no_lock_is_left_and_nothing_half_done
    """,
    "R5: through a pooler releases exclude each other and leave nothing": """
        services/test_pgbouncer.py::test_releases_that_have_a_pooler_only_say_so_and_exclude_each_other_all_the_same
        services/test_pgbouncer.py::test_two_migrates_that_nothing_guards_do_not
        services/test_pooled_migrations.py::test_a_transaction_has_a_timeout_and_no_other_client_gets_it
    """,
    "R6: a lost lock stops a release before the next migration": """
        release/test_migrations.py::test_a_lock_that_is_lost_stops_before_the_next_migration
    """,
    "R7: the guard of plain migrate does not wait for its own release": """
        release/test_guard.py::test_a_release_does_not_wait_for_its_own_migrate
        release/test_guard.py::test_beside_a_release_it_says_that_the_release_has_migrated
        release/test_guard.py::test_a_release_beside_it_waits_and_finds_nothing_to_do
        release/test_guard.py::test_without_the_guard_two_at_once_apply_the_same_twice_and_nobody_is_told
    """,
    "R8: a reader in the way costs the site 2 seconds, and plain migrate all of its time": """
        release/test_migrations.py::test_however_long_a_reader_reads_no_query_waits_longer_than_2_seconds
        release/test_migrations.py::test_a_reader_in_the_way_holds_up_the_release_and_not_the_site
    """,
    "R9: a busy table is migrated in 10 seconds": """
        release/test_migrations.py::test_a_table_whose_queries_take_longer_than_the_first_timeout_is_migrated
    """,
    "R10: what is not whole is not tried again, and an invalid index is dropped": """
        release/test_migrations.py::test_a_migration_that_is_not_whole_is_not_begun_again
        release/test_migrations.py::test_an_index_that_was_not_had_in_time_is_had_in_the_second_try
    """,
    "R11: the scanner says what Postgres does, and fails no release": """
        release/unsafe/test_corpus.py::test_a_label_is_what_postgres_does
        release/unsafe/test_corpus.py::test_the_scanner_says_the_same
        release/unsafe/test_policy.py::test_what_the_scanner_trips_over_is_a_warning
    """,
    "R12: --unsafe=fail ends with status 3 and changes nothing": """
        release/test_preview.py::test_a_release_that_must_not_run_it_exits_with_3_and_changes_nothing
    """,
    "R13: the superuser is made once, for any user model, and nothing of it is printed": """
        release/test_superuser_processes.py::test_of_two_at_once_one_makes_it_and_the_other_finds_it
        release/test_superuser_processes.py::test_a_required_object_is_named_by_its_key_or_its_natural_key
        release/test_superuser_processes.py::test_production_makes_none_and_wants_the_password_gone
    """,
    "R14: a database that is missing, late, a follower, SQLite, or refuses": """
        release/test_release.py::test_without_a_database_url_nothing_is_done_and_no_file_is_made
        release/test_release.py::test_sqlite_on_a_dyno_is_refused
        release/test_database.py::test_a_follower_as_default_is_refused_with_the_reason
        release/test_database.py::test_a_follower_under_another_alias_is_left_out
        release/test_database.py::test_a_database_that_comes_up_late_is_waited_for
        release/test_database.py::test_a_wrong_login_is_given_up_in_less_than_ten_seconds
    """,
    "R15: code that was rolled back says what it does not know": """
        release/test_migrations.py::test_code_that_was_rolled_back_says_what_it_does_not_know
    """,
    # How fast it is, benchmarks/release.py says: nothing is timed here.
    "R16: a release with nothing to do reads no migration": """
        release/test_fast_path.py::test_its_receivers_make_the_same_rows
    """,
    "R17: the fast path equals the full one, and is not taken otherwise": """
        release/test_fast_path.py::test_its_receivers_get_the_same_calls
        release/test_fast_path.py::test_its_receivers_make_the_same_rows
        release/test_fast_path.py::test_a_squash_is_recorded_first
        release/test_fast_path.py::test_a_new_app_takes_the_full_path
        release/test_fast_path.py::test_a_new_database_takes_the_full_path
    """,
    "R18: the line of JSON, a failing step, a failing receiver": """
        release/test_report.py::test_a_log_ends_in_a_line_that_says_what_was_done
        release/test_report.py::test_a_step_of_the_project_s_own_that_fails_names_itself
        release/test_report.py::test_a_receiver_that_fails_is_told_and_ends_no_release
    """,
    "R19: what belongs into the build is not run, and no cache is cleared": """
        release/test_left_out.py::test_what_belongs_into_the_build_is_not_run
        release/test_left_out.py::test_what_the_old_release_still_uses_stays
        release/test_left_out.py::test_the_spies_tell_when_they_are_run
    """,
    "R20: --plan touches nothing, --check exits with 2": """
        release/test_preview.py::test_a_plan_of_an_empty_database_makes_not_even_the_table_of_migrations
        release/test_preview.py::test_a_plan_names_the_steps_and_what_is_pending
        release/test_preview.py::test_a_check_exits_with_2_when_something_is_pending
    """,
    "F3: one killed between two migrations is finished by the next": """
        release/test_migrations.py::test_one_that_is_killed_between_two_migrations_is_finished_by_the_next
    """,
    "F5: a frozen holder is named, and keeps its lock": """
        release/test_lock.py::test_a_frozen_holder_is_named_and_keeps_its_lock
        services/test_mysql_lock.py::test_a_frozen_holder_is_named_and_keeps_its_lock
    """,
    "F8: a server that is not up yet is waited for, and given up in the end": """
        release/test_database.py::test_a_database_that_comes_up_late_is_waited_for
        release/test_database.py::test_one_that_stays_away_fails_the_release_when_the_time_is_up
        release/test_database.py::test_what_passes_is_not_taken_for_a_wrong_login
    """,
    "F9: SQLite has no lock and says so; MySQL has its own": """
        release/test_release.py::test_on_sqlite_locally_it_runs_and_says_that_there_is_no_lock
        services/test_mysql_lock.py::test_of_two_releases_at_once_one_migrates_and_the_other_finds_nothing_to_do
        services/test_mysql_lock.py::test_of_two_migrates_at_once_that_nothing_guards_one_fails
    """,
    "F11: a log that hangs up, and names in any script, end no release": """
        release/test_output.py::test_a_log_that_hangs_up_ends_no_release
        release/test_output.py::test_an_error_is_told_by_its_status_even_if_nobody_reads_it
        release/test_output.py::test_names_in_any_script_are_printed_in_the_c_locale
    """,
    "A search_path that names no schema has a lock too": """
        release/test_lock.py::test_a_search_path_that_names_no_schema_has_a_lock_too
    """,
}


@pytest.mark.parametrize("row", ROWS)
def test_a_row_has_its_tests(row: str):
    assert missing(ROWS[row]) == []
