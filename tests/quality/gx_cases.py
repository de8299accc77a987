"""One or more examples of every expectation type that Great Expectations ships, on the deals of ``small_crm``."""

from __future__ import annotations

from typing import Any

Kwargs = dict[str, Any]
_COUNT_OPEN = "SELECT COUNT(*) FROM deals WHERE status = 'open'"

ROWS: dict[str, list[Kwargs]] = {
    "expect_column_pair_values_a_to_be_greater_than_b": [
        {"column_A": "a", "column_B": "b"},
        {"column_A": "a", "column_B": "b", "or_equal": True, "ignore_row_if": "either_value_is_missing"},
    ],
    "expect_column_pair_values_to_be_equal": [
        {"column_A": "a", "column_B": "b"},
        {"column_A": "a", "column_B": "b", "ignore_row_if": "neither"},
    ],
    "expect_column_pair_values_to_be_in_set": [
        {"column_A": "a", "column_B": "b", "value_pairs_set": [[0, 0], [1, 1]]},
    ],
    "expect_column_value_lengths_to_be_between": [{"column": "name", "min_value": 10, "max_value": 12}],
    "expect_column_value_lengths_to_equal": [{"column": "name", "value": 11}],
    "expect_column_values_to_be_between": [
        {"column": "amount", "min_value": 100, "max_value": 900},
        {"column": "amount", "min_value": 100, "strict_min": True, "mostly": 0.5},
    ],
    "expect_column_values_to_be_in_set": [{"column": "status", "value_set": ["open", "won"]}],
    "expect_column_values_to_be_null": [{"column": "name"}, {"column": "name", "mostly": 0.1}],
    "expect_column_values_to_be_unique": [{"column": "name"}, {"column": "key"}],
    "expect_column_values_to_match_like_pattern": [{"column": "name", "like_pattern": "Deal 1%"}],
    "expect_column_values_to_match_like_pattern_list": [
        {"column": "name", "like_pattern_list": ["Deal 1%", "%2 %"]},
        {"column": "name", "like_pattern_list": ["Deal %", "%2 %"], "match_on": "all"},
    ],
    "expect_column_values_to_match_regex": [{"column": "name", "regex": "GTX$"}, {"column": "name", "regex": "Deal"}],
    "expect_column_values_to_match_regex_list": [{"column": "name", "regex_list": ["GTX$", "3"]}],
    "expect_column_values_to_not_be_in_set": [{"column": "status", "value_set": ["lost"], "mostly": 0.5}],
    "expect_column_values_to_not_be_null": [{"column": "name"}, {"column": "key"}, {"column": "name", "mostly": 0.8}],
    "expect_column_values_to_not_match_like_pattern": [{"column": "name", "like_pattern": "%9%"}],
    "expect_column_values_to_not_match_like_pattern_list": [{"column": "name", "like_pattern_list": ["%9%", "%8%"]}],
    "expect_column_values_to_not_match_regex": [{"column": "name", "regex": "1"}],
    "expect_column_values_to_not_match_regex_list": [{"column": "name", "regex_list": ["1", "2"]}],
    "expect_compound_columns_to_be_unique": [
        {"column_list": ["c", "status"]},
        {"column_list": ["key", "status"]},
        {"column_list": ["a", "b"], "ignore_row_if": "any_value_is_missing"},
    ],
    "expect_multicolumn_sum_to_equal": [
        {"column_list": ["a", "b"], "sum_total": 6},
        {"column_list": ["a", "b"], "sum_total": 6, "ignore_row_if": "any_value_is_missing"},
    ],
    "expect_multicolumn_values_to_be_equal": [{"column_list": ["a", "b", "c"]}],
    "expect_select_column_values_to_be_unique_within_record": [
        {"column_list": ["a", "b", "c"]},
        {"column_list": ["a", "b"], "ignore_row_if": "never"},
    ],
}

WHOLE: dict[str, list[Kwargs]] = {
    "expect_column_distinct_values_to_be_in_set": [{"column": "status", "value_set": ["open", "won"]}],
    "expect_column_distinct_values_to_contain_set": [{"column": "status", "value_set": ["open", "new"]}],
    "expect_column_distinct_values_to_equal_set": [{"column": "status", "value_set": ["open", "won", "lost"]}],
    "expect_column_kl_divergence_to_be_less_than": [
        {
            "column": "status",
            "partition_object": {"values": ["open", "won", "lost"], "weights": [0.4, 0.3, 0.3]},
            "threshold": 0.5,
        }
    ],
    "expect_column_max_to_be_between": [{"column": "amount", "max_value": 500}],
    "expect_column_mean_to_be_between": [{"column": "amount", "min_value": 100, "max_value": 800}],
    "expect_column_median_to_be_between": [{"column": "amount", "min_value": 100, "max_value": 200}],
    "expect_column_min_to_be_between": [{"column": "amount", "min_value": 0}],
    "expect_column_most_common_value_to_be_in_set": [{"column": "status", "value_set": ["open"]}],
    "expect_column_proportion_of_non_null_values_to_be_between": [{"column": "name", "min_value": 0.99}],
    "expect_column_proportion_of_unique_values_to_be_between": [{"column": "name", "min_value": 0.9}],
    "expect_column_quantile_values_to_be_between": [
        {"column": "amount", "quantile_ranges": {"quantiles": [0.5], "value_ranges": [[100, 900]]}}
    ],
    "expect_column_stdev_to_be_between": [{"column": "amount", "min_value": 1}],
    "expect_column_sum_to_be_between": [{"column": "amount", "max_value": 10}],
    "expect_column_to_exist": [{"column": "name"}],
    "expect_column_type_to_be": [{"column": "a", "type_": "INTEGER"}, {"column": "a", "type_": "TEXT"}],
    "expect_column_unique_value_count_to_be_between": [{"column": "status", "min_value": 1, "max_value": 2}],
    "expect_column_value_z_scores_to_be_less_than": [{"column": "amount", "threshold": 1.5, "double_sided": True}],
    "expect_column_values_to_be_in_type_list": [{"column": "a", "type_list": ["INTEGER", "TEXT"]}],
    "expect_column_values_to_be_of_type": [{"column": "a", "type_": "INTEGER"}, {"column": "a", "type_": "TEXT"}],
    "expect_column_values_to_match_strftime_format": [{"column": "name", "strftime_format": "%Y"}],
    "expect_column_values_to_not_be_outliers": [{"column": "amount", "method": "iqr", "multiplier": 0.2}],
    "expect_query_results_to_match_comparison": [
        {
            "base_query": "SELECT COUNT(*) AS n FROM {batch}",
            "comparison_query": "SELECT COUNT(*) AS n FROM deals",
            "comparison_data_source_name": "deals",
        }
    ],
    "expect_table_column_count_to_be_between": [{"min_value": 1, "max_value": 5}],
    "expect_table_column_count_to_equal": [{"value": 11}],
    "expect_table_columns_to_match_ordered_list": [{"column_list": ["key", "name"]}],
    "expect_table_columns_to_match_set": [{"column_set": ["key", "name"], "exact_match": False}],
    "expect_table_row_count_to_be_between": [{"min_value": 100, "max_value": 200}],
    "expect_table_row_count_to_equal": [{"value": 120}, {"value": 1}],
    "expect_table_row_count_to_equal_other_table": [{"other_table_name": "deals"}],
    "unexpected_rows_expectation": [
        {"unexpected_rows_query": "SELECT * FROM {batch} WHERE amount > 1000"},
        {"unexpected_rows_query": "SELECT * FROM {batch} WHERE amount > 100000"},
    ],
}
CASES = {**ROWS, **WHOLE}
