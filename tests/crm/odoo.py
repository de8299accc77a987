"""A small CRM in the tables of Odoo 17: only those, and only the columns, that its map reads."""

from __future__ import annotations

import sqlalchemy as sa

from tests.crm.making import execute

_STAMPS = "create_uid INT, create_date TIMESTAMP DEFAULT '2026-01-05 09:00', write_uid INT, write_date TIMESTAMP"
TABLES = {
    "res_users": f"id INT PRIMARY KEY, login TEXT, active BOOL, share BOOL, partner_id INT, {_STAMPS}",
    "res_partner": (
        "id INT PRIMARY KEY, name TEXT, is_company BOOL, parent_id INT, commercial_partner_id INT, user_id INT,"
        " active BOOL, type TEXT, email TEXT, email_normalized TEXT, phone TEXT, mobile TEXT, website TEXT, vat TEXT,"
        f" company_registry TEXT, city TEXT, zip TEXT, function TEXT, message_bounce INT, country_id INT,"
        f" industry_id INT, {_STAMPS}"
    ),
    "res_company": "id INT PRIMARY KEY, partner_id INT, currency_id INT",
    "res_currency": "id INT PRIMARY KEY, name TEXT",
    "res_country": "id INT PRIMARY KEY, code TEXT, name JSONB",
    "res_partner_industry": "id INT PRIMARY KEY, name JSONB",
    "res_groups_users_rel": "gid INT, uid INT",
    "res_users_log": "id INT PRIMARY KEY, create_uid INT, create_date TIMESTAMP",
    "ir_model_data": "id SERIAL, module TEXT, name TEXT, model TEXT, res_id INT",
    "ir_model_fields": "id INT PRIMARY KEY, model TEXT, name TEXT, ttype TEXT, tracking INT",
    "crm_team": "id INT PRIMARY KEY, name JSONB, user_id INT, active BOOL, sequence INT",
    "crm_team_member": "id INT PRIMARY KEY, crm_team_id INT, user_id INT, active BOOL",
    "crm_stage": "id INT PRIMARY KEY, sequence INT, team_id INT, name JSONB, is_won BOOL",
    "crm_lost_reason": "id INT PRIMARY KEY, name JSONB",
    "utm_source": "id INT PRIMARY KEY, name TEXT",
    "crm_lead": (
        "id INT PRIMARY KEY, name TEXT, type TEXT, active BOOL, stage_id INT, user_id INT, partner_id INT,"
        " company_id INT, probability FLOAT, automated_probability FLOAT, expected_revenue NUMERIC, recurring_plan INT,"
        " date_deadline DATE, date_closed TIMESTAMP, date_last_stage_update TIMESTAMP, lost_reason_id INT,"
        " source_id INT, country_id INT, contact_name TEXT, partner_name TEXT, email_from TEXT, phone TEXT,"
        f" mobile TEXT, {_STAMPS}"
    ),
    "mail_blacklist": "id INT PRIMARY KEY, email TEXT, active BOOL",
    "mail_activity_type": "id INT PRIMARY KEY, name JSONB, category TEXT, icon TEXT",
    "mail_activity": (
        "id INT PRIMARY KEY, res_model TEXT, res_id INT, activity_type_id INT, user_id INT, summary TEXT,"
        f" date_deadline DATE, automated BOOL, active BOOL, calendar_event_id INT, {_STAMPS}"
    ),
    "mail_message": (
        "id INT PRIMARY KEY, model TEXT, res_id INT, message_type TEXT, mail_activity_type_id INT, author_id INT,"
        f" subject TEXT, record_name TEXT, is_internal BOOL, date TIMESTAMP, {_STAMPS}"
    ),
    "mail_tracking_value": (
        "id INT PRIMARY KEY, mail_message_id INT, field_id INT, field_info JSONB, old_value_char TEXT,"
        " new_value_char TEXT, old_value_text TEXT, new_value_text TEXT, old_value_integer INT, new_value_integer INT,"
        " old_value_float FLOAT, new_value_float FLOAT, old_value_datetime TIMESTAMP, new_value_datetime TIMESTAMP"
    ),
    "calendar_event_res_partner_rel": "calendar_event_id INT, res_partner_id INT",
    "calendar_event": (
        "id INT PRIMARY KEY, name TEXT, user_id INT, opportunity_id INT, active BOOL, start TIMESTAMP,"
        f" stop TIMESTAMP, {_STAMPS}"
    ),
}
# Users: 1 Odoo, 2 administrator, 3 the pattern for new users, 7 a customer, 10 leads North, 11 and 12 sell there.
ROWS = (
    """INSERT INTO res_partner (id, name, is_company, commercial_partner_id, active, email, type) VALUES
       (1, 'Our Own Ltd', TRUE, 1, TRUE, NULL, 'contact'), (2, 'OdooBot', FALSE, 2, FALSE, NULL, 'contact'),
       (3, 'Ann Admin', FALSE, 3, TRUE, 'ann@own.example', 'contact'), (4, 'Pattern', FALSE, 4, FALSE, NULL, NULL),
       (7, 'Cid Customer', FALSE, 20, TRUE, 'cid@acme.example', NULL), (10, 'Lea Lead', FALSE, 10, TRUE, NULL, NULL),
       (11, 'Sam Sales', FALSE, 11, TRUE, NULL, NULL), (12, 'Gone Sales', FALSE, 12, TRUE, NULL, NULL),
       (15, 'Colleague', FALSE, 1, TRUE, NULL, 'contact'), (20, 'Acme', TRUE, 20, TRUE, NULL, NULL),
       (21, 'Acme warehouse', FALSE, 20, TRUE, NULL, 'delivery'), (22, 'Closed Inc', TRUE, 22, FALSE, NULL, NULL),
       (23, 'Pia Private', FALSE, 23, TRUE, 'pia@home.example', 'contact')""",
    "UPDATE res_partner SET website = 'HTTPS://www.Acme.example:8080/da', vat = ' DK12345674', country_id = 1,"
    " phone = '', mobile = '+45 12 34 56 78', write_uid = 11, write_date = '2026-02-01 10:00' WHERE id = 20",
    "UPDATE res_partner SET email_normalized = email, message_bounce = 2",
    """INSERT INTO res_users (id, login, active, share, partner_id) VALUES
       (1, '__system__', FALSE, FALSE, 2), (2, 'admin', TRUE, FALSE, 3), (3, 'default', FALSE, FALSE, 4),
       (7, 'cid', TRUE, TRUE, 7), (10, 'lea', TRUE, FALSE, 10), (11, 'sam', TRUE, NULL, 11),
       (12, 'gone', FALSE, FALSE, 12)""",
    """INSERT INTO ir_model_data (module, name, model, res_id) VALUES ('base', 'default_user', 'res.users', 3),
       ('base', 'group_system', 'res.groups', 4), ('base', 'user_admin', 'res.users', 2)""",
    "INSERT INTO res_groups_users_rel VALUES (4, 1), (4, 2), (9, 11)",
    "INSERT INTO res_company VALUES (1, 1, 5)",
    "INSERT INTO res_currency VALUES (5, 'DKK')",
    """INSERT INTO res_country VALUES (1, 'DK', '{"en_US": "Denmark", "da_DK": "Danmark"}')""",
    """INSERT INTO crm_team VALUES (1, '{"en_US": "North"}', 10, TRUE, 1), (2, '{"en_US": "Old"}', 11, FALSE, 2)""",
    "INSERT INTO crm_team_member VALUES (1, 1, 11, TRUE), (2, 2, 11, TRUE), (3, 1, 12, FALSE)",
    """INSERT INTO crm_stage VALUES (1, 1, NULL, '{"en_US": "New", "da_DK": "Ny"}', NULL),
       (2, 5, NULL, '{"en_US": "Qualified"}', FALSE), (3, 9, NULL, '{"en_US": "Proposition"}', NULL),
       (4, 70, NULL, '{"en_US": "Won"}', TRUE)""",
    """INSERT INTO crm_lost_reason VALUES (1, '{"en_US": "Too expensive"}')""",
    "INSERT INTO utm_source VALUES (1, 'Trade fair')",
    """INSERT INTO crm_lead (id, name, type, active, stage_id, user_id, partner_id, company_id, probability,
         expected_revenue, write_uid, write_date) VALUES
       (1, 'Open at the offer', 'opportunity', TRUE, 3, 11, 20, 1, 60, 0, 1, '2026-03-01 10:00'),
       (2, 'Won', 'opportunity', TRUE, 4, 11, 7, 1, 100, 500.5, 11, '2026-02-02 10:00'),
       (3, 'Lost', 'opportunity', FALSE, 2, 12, NULL, 1, 0, 90, 11, '2026-02-03 10:00'),
       (4, 'Put away', 'opportunity', FALSE, 2, 11, 20, 1, 40, 90, 11, '2026-02-03 10:00'),
       (5, 'Private customer', 'opportunity', TRUE, 1, 11, 23, 1, 10, NULL, 11, '2026-02-03 10:00'),
       (6, 'A lead', 'lead', TRUE, 1, 11, NULL, 1, 10, NULL, 11, '2026-02-03 10:00')""",
    "UPDATE crm_lead SET lost_reason_id = 1, date_closed = '2026-02-03 10:00' WHERE id = 3",
    "UPDATE crm_lead SET source_id = 1, email_from = 'x@lead.example' WHERE id = 6",
    """INSERT INTO mail_activity_type VALUES (1, '{"en_US": "Call"}', 'phonecall', 'fa-phone'),
       (2, '{"en_US": "E-mail"}', 'default', 'fa-envelope')""",
    """INSERT INTO mail_activity (id, res_model, res_id, activity_type_id, user_id, summary, date_deadline, active)
       VALUES (1, 'crm.lead', 1, 1, 11, '', '2026-03-09', TRUE), (2, 'crm.lead', 1, 2, 11, 'Later', '2026-04-01', TRUE),
       (3, 'crm.lead', 2, 1, 11, 'Done', '2026-01-01', FALSE)""",
    """INSERT INTO mail_message (id, model, res_id, message_type, mail_activity_type_id, author_id, subject, date)
       VALUES (1, 'crm.lead', 1, 'comment', NULL, 11, 'Price?', '2026-02-20 10:00'),
       (2, 'crm.lead', 1, 'notification', NULL, 2, NULL, '2026-03-20 10:00'),
       (3, 'crm.lead', 2, 'notification', 1, 11, NULL, '2026-02-10 10:00'),
       (4, 'res.partner', 20, 'email', NULL, 7, 'Question', '2026-02-12 10:00'),
       (5, 'crm.lead', 1, 'notification', NULL, 11, NULL, '2026-02-15 10:00'),
       (6, 'discuss.channel', 1, 'comment', NULL, 11, 'Lunch?', '2026-02-15 10:00'),
       (7, 'crm.lead', 1, 'comment', NULL, 2, 'By the system', '2026-02-16 10:00')""",
    """INSERT INTO ir_model_fields VALUES (1, 'crm.lead', 'date_deadline', 'date', NULL),
       (2, 'crm.lead', 'expected_revenue', 'monetary', 100), (3, 'crm.lead', 'stage_id', 'many2one', 100)""",
    """INSERT INTO mail_tracking_value (id, mail_message_id, field_id, old_value_datetime, new_value_datetime) VALUES
       (1, 5, 1, '2026-03-01', '2026-04-01'), (2, 5, 1, '2026-04-01', '2026-03-15'),
       (3, 5, 1, '2026-03-15', '2026-06-01')""",
    "INSERT INTO mail_tracking_value (id, mail_message_id, field_id, old_value_float, new_value_float)"
    " VALUES (4, 5, 2, 10, 20)",
    """INSERT INTO calendar_event (id, name, user_id, opportunity_id, active, start, stop) VALUES
       (1, 'Visit', 11, 1, TRUE, '2026-02-25 10:00', '2026-02-25 11:00'),
       (2, 'Off', 11, 1, FALSE, '2026-02-25', NULL), (3, 'Team lunch', 11, NULL, TRUE, '2026-02-25', '2026-02-25'),
       (4, 'Fair', 11, NULL, TRUE, '2026-02-25', '2026-02-25')""",
    "INSERT INTO calendar_event_res_partner_rel VALUES (3, 11), (3, 15), (4, 11), (4, 7)",
    "INSERT INTO res_users_log VALUES (1, 11, '2026-02-26 08:00')",
    "INSERT INTO mail_blacklist VALUES (1, 'cid@acme.example', TRUE), (2, 'pia@home.example', FALSE)",
)


def make_odoo(url: sa.URL) -> None:
    """Create the tables and the rows."""
    execute(url, *(f"CREATE TABLE {name} ({columns})" for name, columns in TABLES.items()), *ROWS)
