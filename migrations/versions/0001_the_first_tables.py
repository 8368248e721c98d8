"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table('abuse_signal',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('letter_id', sa.Uuid(), nullable=False),
    sa.Column('email_digest', sa.LargeBinary(length=16), nullable=False),
    sa.Column('action_id', sa.Uuid(), nullable=False),
    sa.Column('prefix_digest', sa.LargeBinary(length=16), nullable=False),
    sa.Column('domain', sa.String(length=64), nullable=False),
    sa.Column('agent_class', sa.String(length=20), nullable=False),
    sa.Column('trap', sa.Boolean(), nullable=False),
    sa.Column('hour', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_abuse_signal'))
    )
    with op.batch_alter_table('abuse_signal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_abuse_signal_hour'), ['hour'], unique=False)
        batch_op.create_index(batch_op.f('ix_abuse_signal_letter_id'), ['letter_id'], unique=False)

    op.create_table('audit_entry',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('user_name', sa.String(length=120), nullable=False),
    sa.Column('deed', sa.String(length=60), nullable=False),
    sa.Column('thing', sa.String(length=40), nullable=False),
    sa.Column('thing_id', sa.String(length=60), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_entry_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_thing_thing_id'), ['thing', 'thing_id'], unique=False)

    op.create_table('author',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_author')),
    sa.UniqueConstraint('slug', name=op.f('uq_author_slug'))
    )
    op.create_table('case_file',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('summary', sa.String(length=300), nullable=False),
    sa.Column('detained_on', sa.Date(), nullable=True),
    sa.Column('sentence_ends_on', sa.Date(), nullable=True),
    sa.Column('first_ends_on', sa.Date(), nullable=True),
    sa.Column('released_on', sa.Date(), nullable=True),
    sa.Column('sentence_note', sa.String(length=200), nullable=False),
    sa.Column('published', sa.Boolean(), nullable=False),
    sa.Column('checked_on', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_file')),
    sa.UniqueConstraint('slug', name=op.f('uq_case_file_slug'))
    )
    op.create_table('category',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_category')),
    sa.UniqueConstraint('slug', name=op.f('uq_category_slug'))
    )
    op.create_table('count_ledger',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('action_id', sa.Uuid(), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('step', sa.SmallInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_count_ledger')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('count_ledger', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_count_ledger_action_id'), ['action_id'], unique=False)

    op.create_table('counter',
    sa.Column('action_id', sa.Uuid(), nullable=False),
    sa.Column('dim', sa.String(length=20), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('action_id', 'dim', name=op.f('pk_counter'))
    )
    op.create_table('job',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('ref', sa.Uuid(), nullable=False),
    sa.Column('lane', sa.String(length=32), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.SmallInteger(), nullable=False),
    sa.Column('refusals', sa.SmallInteger(), nullable=False),
    sa.Column('parked', sa.Boolean(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job'))
    )
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_job_lane_due_at'), ['lane', 'due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_job_ref'), ['ref'], unique=False)

    op.create_table('letter',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('action_id', sa.Uuid(), nullable=True),
    sa.Column('email_digest', sa.LargeBinary(length=16), nullable=True),
    sa.Column('link_hash', sa.LargeBinary(length=32), nullable=True),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter'))
    )
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_letter_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_letter_email_digest_action_id'), ['email_digest', 'action_id'], unique=False)

    op.create_table('login_attempt',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.LargeBinary(length=16), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login_attempt'))
    )
    with op.batch_alter_table('login_attempt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_login_attempt_key_at'), ['key', 'at'], unique=False)

    op.create_table('mail_day',
    sa.Column('day', sa.String(length=10), nullable=False),
    sa.Column('fate', sa.String(length=20), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'fate', name=op.f('pk_mail_day'))
    )
    op.create_table('rate_hit',
    sa.Column('key', sa.LargeBinary(length=16), nullable=False),
    sa.Column('slot', sa.String(length=24), nullable=False),
    sa.Column('used', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('key', 'slot', name=op.f('pk_rate_hit'))
    )
    op.create_table('site_fact',
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('value', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_site_fact'))
    )
    op.create_table('target',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_target')),
    sa.UniqueConstraint('name', name=op.f('uq_target_name'))
    )
    op.create_table('user_account',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('role', sa.String(length=32), nullable=False),
    sa.Column('may_export', sa.Boolean(), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_account')),
    sa.UniqueConstraint('email', name=op.f('uq_user_account_email'))
    )
    op.create_table('action',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('locale', sa.String(length=8), nullable=False),
    sa.Column('text_version', sa.Integer(), nullable=False),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('at_risk', sa.Boolean(), nullable=False),
    sa.Column('preset_level', sa.String(length=32), nullable=False),
    sa.Column('offers_target', sa.Boolean(), nullable=False),
    sa.Column('offers_everyone', sa.Boolean(), nullable=False),
    sa.Column('delivery_plan', sa.String(length=500), nullable=False),
    sa.Column('state_reason', sa.String(length=500), nullable=False),
    sa.Column('outcome', sa.String(length=32), nullable=True),
    sa.Column('outcome_on', sa.Date(), nullable=True),
    sa.Column('outcome_text', sa.Text(), nullable=False),
    sa.Column('outcome_source', sa.String(length=300), nullable=False),
    sa.Column('delete_on', sa.Date(), nullable=True),
    sa.Column('case_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('successor_id', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_action_case_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['user_account.id'], name=op.f('fk_action_owner_id')),
    sa.ForeignKeyConstraint(['successor_id'], ['action.id'], name=op.f('fk_action_successor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action')),
    sa.UniqueConstraint('slug', name=op.f('uq_action_slug'))
    )
    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_action_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_action_state_closes_at'), ['state', 'closes_at'], unique=False)

    op.create_table('article',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('locale', sa.String(length=8), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('summary', sa.String(length=500), nullable=False),
    sa.Column('excerpt', sa.Text(), nullable=False),
    sa.Column('excerpt_only', sa.Boolean(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('body_html', sa.Text(), nullable=False),
    sa.Column('dated_on', sa.Date(), nullable=True),
    sa.Column('updated_on', sa.Date(), nullable=True),
    sa.Column('withdrawn_reason', sa.String(length=500), nullable=False),
    sa.Column('author_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['author.id'], name=op.f('fk_article_author_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['user_account.id'], name=op.f('fk_article_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_article')),
    sa.UniqueConstraint('slug', name=op.f('uq_article_slug'))
    )
    with op.batch_alter_table('article', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_article_author_id_state_dated_on'), ['author_id', 'state', 'dated_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_article_state_dated_on_id'), ['state', 'dated_on', 'id'], unique=False)

    op.create_table('login_session',
    sa.Column('token_digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('factor_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_login_session_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_digest', name=op.f('pk_login_session'))
    )
    with op.batch_alter_table('login_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_login_session_user_id'), ['user_id'], unique=False)

    op.create_table('timeline_entry',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('precision', sa.String(length=32), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_timeline_entry_case_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_timeline_entry'))
    )
    with op.batch_alter_table('timeline_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_timeline_entry_case_id_happened_on'), ['case_id', 'happened_on'], unique=False)

    op.create_table('action_article',
    sa.Column('action_id', sa.Uuid(), nullable=False),
    sa.Column('article_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_action_article_action_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_action_article_article_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('action_id', 'article_id', name=op.f('pk_action_article'))
    )
    with op.batch_alter_table('action_article', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_action_article_article_id'), ['article_id'], unique=False)

    op.create_table('action_salt',
    sa.Column('action_id', sa.Uuid(), nullable=False),
    sa.Column('salt', sa.LargeBinary(length=32), nullable=False),
    sa.Column('pepper_number', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_action_salt_action_id')),
    sa.PrimaryKeyConstraint('action_id', name=op.f('pk_action_salt'))
    )
    op.create_table('action_target',
    sa.Column('action_id', sa.Uuid(), nullable=False),
    sa.Column('target_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('is_copy', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_action_target_action_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['target_id'], ['target.id'], name=op.f('fk_action_target_target_id')),
    sa.PrimaryKeyConstraint('action_id', 'target_id', name=op.f('pk_action_target'))
    )
    op.create_table('action_text',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('action_id', sa.Uuid(), nullable=False),
    sa.Column('locale', sa.String(length=8), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('ask', sa.String(length=400), nullable=False),
    sa.Column('letter', sa.Text(), nullable=False),
    sa.Column('letter_html', sa.Text(), nullable=False),
    sa.Column('made_on', sa.Date(), nullable=False),
    sa.Column('frozen_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_action_text_action_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action_text')),
    sa.UniqueConstraint('action_id', 'locale', 'version', name=op.f('uq_action_text_action_id_locale_version'))
    )
    op.create_table('article_category',
    sa.Column('article_id', sa.Uuid(), nullable=False),
    sa.Column('category_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_article_category_article_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_article_category_category_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('article_id', 'category_id', name=op.f('pk_article_category'))
    )
    with op.batch_alter_table('article_category', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_article_category_category_id'), ['category_id'], unique=False)

    op.create_table('event',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('city', sa.String(length=80), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('place_later', sa.Boolean(), nullable=False),
    sa.Column('access', sa.String(length=200), nullable=False),
    sa.Column('called_by', sa.String(length=160), nullable=False),
    sa.Column('safety', sa.String(length=300), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('body_html', sa.Text(), nullable=False),
    sa.Column('change_note', sa.String(length=300), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('action_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_event_action_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['user_account.id'], name=op.f('fk_event_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event')),
    sa.UniqueConstraint('slug', name=op.f('uq_event_slug'))
    )
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_event_action_id_starts_at'), ['action_id', 'starts_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_event_state_starts_at'), ['state', 'starts_at'], unique=False)

    op.create_table('export',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('action_id', sa.Uuid(), nullable=False),
    sa.Column('asked_by', sa.Uuid(), nullable=False),
    sa.Column('purpose', sa.String(length=32), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('recipient', sa.String(length=200), nullable=False),
    sa.Column('filters', sa.JSON(), nullable=False),
    sa.Column('columns', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('rows_expected', sa.Integer(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('manifest', sa.JSON(), nullable=True),
    sa.Column('file_name', sa.String(length=80), nullable=False),
    sa.Column('failure', sa.String(length=300), nullable=False),
    sa.Column('downloads', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ready_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_export_action_id')),
    sa.ForeignKeyConstraint(['asked_by'], ['user_account.id'], name=op.f('fk_export_asked_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_export'))
    )
    with op.batch_alter_table('export', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_export_state_asked_at'), ['state', 'asked_at'], unique=False)

    op.create_table('goal',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('action_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('meaning', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_goal_action_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_goal')),
    sa.UniqueConstraint('action_id', 'number', name=op.f('uq_goal_action_id_number'))
    )
    op.create_table('signature',
    sa.Column('email_digest', sa.LargeBinary(length=16), nullable=False),
    sa.Column('action_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.SmallInteger(), nullable=False),
    sa.Column('level', sa.String(length=32), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('locale', sa.String(length=8), nullable=False),
    sa.Column('text_version', sa.Integer(), nullable=False),
    sa.Column('consent_version', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=False),
    sa.Column('proved_on', sa.Date(), nullable=True),
    sa.Column('withdrawn_on', sa.Date(), nullable=True),
    sa.Column('delete_on', sa.Date(), nullable=False),
    sa.Column('letter_no', sa.SmallInteger(), nullable=False),
    sa.Column('lettered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('link_hash', sa.LargeBinary(length=32), nullable=True),
    sa.Column('page_hash', sa.LargeBinary(length=32), nullable=True),
    sa.Column('code_hash', sa.LargeBinary(length=32), nullable=True),
    sa.Column('code_tries', sa.SmallInteger(), nullable=False),
    sa.Column('my_hash', sa.LargeBinary(length=32), nullable=True),
    sa.Column('my_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('preview', sa.LargeBinary(), nullable=True),
    sa.Column('sealed', sa.LargeBinary(), nullable=True),
    sa.Column('wants_updates', sa.Boolean(), nullable=False),
    sa.Column('updates_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('hold', sa.String(length=40), nullable=True),
    sa.Column('public_name', sa.String(length=720), nullable=True),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_signature_action_id')),
    sa.PrimaryKeyConstraint('email_digest', 'action_id', name=op.f('pk_signature')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('signature', schema=None) as batch_op:
        batch_op.create_index('ix_signature_action_day', ['action_id', 'signed_on', 'email_digest'], unique=False)
        batch_op.create_index('ix_signature_delete', ['delete_on'], unique=False)
        batch_op.create_index('ix_signature_id', ['id'], unique=False)
        batch_op.create_index('ix_signature_public', ['action_id', 'proved_on'], unique=False, sqlite_where=sa.text('public_name IS NOT NULL AND state = 1'), postgresql_where=sa.text('public_name IS NOT NULL AND state = 1'))

    op.create_table('update_address',
    sa.Column('email_digest', sa.LargeBinary(length=16), nullable=False),
    sa.Column('action_id', sa.Uuid(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_update_address_action_id')),
    sa.PrimaryKeyConstraint('email_digest', 'action_id', name=op.f('pk_update_address')),
    sqlite_with_rowid=False
    )


def downgrade() -> None:
    """Back to the one before."""
    op.drop_table('update_address')
    with op.batch_alter_table('signature', schema=None) as batch_op:
        batch_op.drop_index('ix_signature_public', sqlite_where=sa.text('public_name IS NOT NULL AND state = 1'), postgresql_where=sa.text('public_name IS NOT NULL AND state = 1'))
        batch_op.drop_index('ix_signature_id')
        batch_op.drop_index('ix_signature_delete')
        batch_op.drop_index('ix_signature_action_day')

    op.drop_table('signature')
    op.drop_table('goal')
    with op.batch_alter_table('export', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_export_state_asked_at'))

    op.drop_table('export')
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_event_state_starts_at'))
        batch_op.drop_index(batch_op.f('ix_event_action_id_starts_at'))

    op.drop_table('event')
    with op.batch_alter_table('article_category', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_article_category_category_id'))

    op.drop_table('article_category')
    op.drop_table('action_text')
    op.drop_table('action_target')
    op.drop_table('action_salt')
    with op.batch_alter_table('action_article', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_action_article_article_id'))

    op.drop_table('action_article')
    with op.batch_alter_table('timeline_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_timeline_entry_case_id_happened_on'))

    op.drop_table('timeline_entry')
    with op.batch_alter_table('login_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_login_session_user_id'))

    op.drop_table('login_session')
    with op.batch_alter_table('article', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_article_state_dated_on_id'))
        batch_op.drop_index(batch_op.f('ix_article_author_id_state_dated_on'))

    op.drop_table('article')
    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_action_state_closes_at'))
        batch_op.drop_index(batch_op.f('ix_action_case_id'))

    op.drop_table('action')
    op.drop_table('user_account')
    op.drop_table('target')
    op.drop_table('site_fact')
    op.drop_table('rate_hit')
    op.drop_table('mail_day')
    with op.batch_alter_table('login_attempt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_login_attempt_key_at'))

    op.drop_table('login_attempt')
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_letter_email_digest_action_id'))
        batch_op.drop_index(batch_op.f('ix_letter_created_at'))

    op.drop_table('letter')
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_job_ref'))
        batch_op.drop_index(batch_op.f('ix_job_lane_due_at'))

    op.drop_table('job')
    op.drop_table('counter')
    with op.batch_alter_table('count_ledger', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_count_ledger_action_id'))

    op.drop_table('count_ledger')
    op.drop_table('category')
    op.drop_table('case_file')
    op.drop_table('author')
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_entry_thing_thing_id'))
        batch_op.drop_index(batch_op.f('ix_audit_entry_at'))

    op.drop_table('audit_entry')
    with op.batch_alter_table('abuse_signal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_abuse_signal_letter_id'))
        batch_op.drop_index(batch_op.f('ix_abuse_signal_hour'))

    op.drop_table('abuse_signal')
