"""
What metrics must withstand, row by row, and the tests that prove it.

The rows are those of the lists that they were built to: `T` for what they do, `M` for the faults
that are injected. Full trial counts are in ``make test-long``, what needs Debian's programs is in
``make test-services``. How much it costs, benchmarks/metrics.py says: nothing is timed here.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.promises import TESTS, missing

ROWS = {
    "T1: a post is as Heroku wants it, and nothing is sent where nothing is to be": """
        metrics/test_exits.py::test_a_post_is_as_heroku_wants_it
        metrics/test_exits.py::test_what_was_acknowledged_is_not_told_again
        metrics/test_catalogue.py::test_every_name_is_one_that_its_exit_takes
        metrics/test_current.py::test_metrics_are_on_where_requests_are_served
        metrics/test_current.py::test_nothing_leaves_unless_it_is_asked_to
        metrics/test_servers.py::test_a_command_counts_and_sends_nothing
    """,
    "T2: a hostile sink delays no request, and loses and doubles nothing": """
        metrics/test_hostile_sinks.py::test_after_an_outage_everything_arrives_once
        metrics/test_hostile_sinks.py::test_no_request_waits_for_a_sink
        metrics/test_servers.py::test_a_sink_that_hangs_delays_no_request_and_not_the_end
        metrics/test_exits.py::test_after_four_minutes_only_what_is_younger_is_told
        metrics/test_pusher.py::test_an_outage_is_two_lines_of_the_log
    """,
    "T3: what clients count is what is reported, on every server, whoever is killed": """
        metrics/test_matrix.py::test_what_clients_count_is_what_is_reported
        metrics/test_soak.py::test_ten_minutes_of_full_load_lose_nothing_and_grow_nothing
        metrics/test_servers.py::test_what_clients_count_is_what_is_reported
        metrics/test_servers.py::test_killed_and_reloaded_workers_take_nothing_with_them
    """,
    "T4: it ends in time with the last words said, and takes no signal": """
        metrics/test_servers.py::test_sigterm_to_every_process_thrice_ends_them_in_time_and_reports_the_rest
        metrics/test_servers.py::test_in_another_thread_than_the_main_one_it_works_and_takes_no_signal
        metrics/test_recorder.py::test_the_last_process_reports_when_it_leaves
        metrics/test_recorder.py::test_a_process_that_counted_nothing_has_nothing_to_leave
    """,
    "T5: a child takes neither slot nor lock with it, whenever it is forked": """
        metrics/test_recorder.py::test_a_fork_while_a_thread_holds_any_lock_ends_no_child
        metrics/test_recorder.py::test_a_child_counts_for_itself_and_starts_anew
        metrics/test_recorder.py::test_a_child_that_serves_nothing_takes_no_slot_and_starts_no_thread
        metrics/test_slots.py::test_a_child_that_outlives_its_parent_does_not_keep_its_slot
    """,
    "T6: agentmon can read the page, whatever the state and the settings of the app": """
        metrics/test_exits.py::test_a_page_is_one_that_agentmon_can_read
        metrics/test_exits.py::test_the_page_of_an_idle_dyno_is_one_too
        metrics/test_exits.py::test_each_counter_is_there_as_a_gauge_as_well
        health/test_metrics.py::test_the_settings_of_a_project_do_not_come_between
    """,
    "T8: a queue time is read or it is none, and is never an error": """
        metrics/test_instruments.py::test_the_header_of_every_router_is_read_and_everything_else_is_none
        metrics/test_instruments.py::test_no_header_is_ever_an_error
    """,
    "T9: who waits to be accepted is in the backlog, which is absent where it is not known": """
        metrics/test_process.py::test_the_backlog_is_how_many_wait
        metrics/test_process.py::test_sockets_that_share_a_port_are_summed
        metrics/test_process.py::test_without_a_socket_there_is_no_backlog
        metrics/test_process.py::test_without_proc_no_socket_is_found
        metrics/test_frames.py::test_processes_that_share_a_socket_share_its_queue
        metrics/test_servers.py::test_who_waits_for_a_worker_is_in_the_backlog
    """,
    "T10: 500 restarts cost neither a byte nor a slot": """
        metrics/test_slots.py::test_500_restarts_take_one_slot_and_not_a_byte
    """,
    "T11: percentiles are those of all processes, a tenth beside the truth": """
        metrics/test_snapshot.py::test_a_quantile_is_at_most_a_tenth_beside_the_truth
        metrics/test_snapshot.py::test_quantiles_are_those_of_all_processes
    """,
    "T12: a web process that does not come up fails the release and leaves no orphan": """
        release/test_smoke.py::test_the_web_process_is_seen_live_and_ready
        release/test_smoke.py::test_a_module_that_cannot_be_imported_fails_the_release_with_the_reason
        release/test_smoke.py::test_the_wrong_port_is_named_with_the_line_that_mends_it
        release/test_smoke.py::test_a_process_that_is_live_and_not_ready_fails
        release/test_smoke.py::test_a_process_that_takes_connections_and_is_silent_fails
        release/test_smoke.py::test_a_grandchild_in_a_session_of_its_own_is_ended_too
    """,
    "T13: every name that a dyno may have is understood": """
        test_dyno.py::test_name
        test_dyno.py::test_any_name_has_a_type_and_a_phase
    """,
    "T14: all exits tell the same numbers": """
        metrics/test_exits.py::test_every_exit_tells_the_same_numbers
        services/test_prometheus.py::test_a_prometheus_server_tells_what_clients_counted
    """,
    "M1: an endpoint that fails in any way is tried again with pauses, and two lines are logged": """
        metrics/test_hostile_sinks.py::test_after_an_outage_everything_arrives_once
        metrics/test_hostile_sinks.py::test_a_host_without_a_name_is_a_failure_like_others
        metrics/test_pusher.py::test_a_failure_is_tried_again_after_pauses_that_grow
        metrics/test_pusher.py::test_an_outage_is_two_lines_of_the_log
        metrics/test_post.py::test_over_tls_a_certificate_that_nobody_signed_is_refused
    """,
    "M2: the deadline holds for all of a post, silent or dripping": """
        metrics/test_post.py::test_the_deadline_holds_for_all_of_it
        metrics/test_hostile_sinks.py::test_no_request_waits_for_a_sink
    """,
    "M3: no redirect is followed, and no body is read": """
        metrics/test_post.py::test_every_status_is_told_and_no_redirect_followed
        metrics/test_post.py::test_a_body_is_not_waited_for
        metrics/test_post.py::test_what_is_no_http_is_an_error
    """,
    "M4: an outage of an hour takes no memory, no thread and no descriptor": """
        metrics/test_pusher.py::test_an_outage_of_an_hour_takes_no_memory_no_thread_and_no_descriptor
    """,
    "M5: each child has a thread and locks of its own": """
        metrics/test_recorder.py::test_a_child_counts_for_itself_and_starts_anew
        metrics/test_recorder.py::test_a_fork_while_a_thread_holds_any_lock_ends_no_child
    """,
    "M6: at the end what is left is told within a second": """
        metrics/test_servers.py::test_sigterm_to_every_process_thrice_ends_them_in_time_and_reports_the_rest
        metrics/test_pusher.py::test_the_end_does_not_wait_for_longer_than_it_may
        metrics/test_recorder.py::test_a_report_under_way_is_not_waited_for_at_the_end
    """,
    "M7: on a full disk each process counts for itself, and none is ended by the kernel": """
        metrics/test_servers.py::test_on_a_full_disk_each_process_counts_for_itself_and_all_is_reported
        metrics/test_slots.py::test_a_full_disk_is_an_error_and_leaves_no_file
        metrics/test_slots.py::test_a_file_larger_than_may_be_is_an_error_as_well
    """,
    "M8: a worker that is killed between two writes leaves whole words and a slot to go on in": """
        metrics/test_slots.py::test_a_reader_never_sees_half_a_word
        metrics/test_slots.py::test_a_killed_process_and_its_successor_count_as_one
        metrics/test_slots.py::test_whatever_processes_do_nothing_is_lost_or_counted_twice
    """,
    "M9: no two processes write into one slot": """
        metrics/test_slots.py::test_processes_that_start_at_once_share_one_file
        metrics/test_slots.py::test_who_lost_it_to_another_knows
        metrics/test_recorder.py::test_a_slot_that_another_process_has_taken_is_left_to_it
    """,
    "M10: what lies at the path and is not ours is replaced, and not written to": """
        metrics/test_slots.py::test_what_is_there_and_not_ours_is_replaced_and_not_written_to
        metrics/test_slots.py::test_a_file_of_another_user_is_not_taken_for_ours
        metrics/test_slots.py::test_what_cannot_be_replaced_is_an_error_that_names_it
    """,
    "M11: a clock that is set changes no interval and no rate": """
        metrics/test_pusher.py::test_a_clock_that_is_set_changes_no_interval_and_no_rate
    """,
    "M12: a process id that comes again owns nothing, and restarts take no room": """
        metrics/test_slots.py::test_another_process_with_the_same_id_is_not_the_owner
        metrics/test_slots.py::test_500_restarts_take_one_slot_and_not_a_byte
    """,
}


@pytest.mark.parametrize("row", ROWS)
def test_a_row_has_its_tests(row: str):
    assert missing(ROWS[row]) == []


@pytest.mark.long
@pytest.mark.parametrize("time", range(20))
def test_they_pass_twenty_times_in_a_row(time: int):
    tests = sorted({f"tests/{each}" for row in ROWS.values() for each in row.split()})
    ended = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-m",
            "not long and not services",
            *tests,
        ],
        cwd=TESTS.parent,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, ended.stdout
