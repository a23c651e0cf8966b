<?php
// A linkback arrives: the service decides, three ways. What it cannot judge now is held, and asked about again later.
defined('ABSPATH') || exit;

const MODERATOR_STATUSES = ['approved' => 1, 'held' => 0, 'spam' => 'spam'];

/** What was answered about the comment that is being stored; null: nothing was asked. */
function moderator_answered($set = false)
{
    static $answer = null;
    if ($set !== false) {
        $answer = $set;
    }
    return $answer;
}

add_filter('pre_comment_approved', function ($approved, $comment) {
    moderator_answered(null);
    // what WordPress refuses by the owner's own lists stays refused
    $refused = is_wp_error($approved) || $approved === 'spam' || $approved === 'trash';
    if ($refused || moderator_kind($comment) === '') {
        return $approved;
    }
    $told = moderator_ask('POST', '/api/v1/check', moderator_question($comment));
    moderator_answered($told);
    if (is_wp_error($told)) {
        return 0;
    }
    if (($told['shadow'] ?? false) === true) {
        return $approved; // the service only watches
    }
    return MODERATOR_STATUSES[$told['status'] ?? 'held'] ?? 0;
}, 99, 2);

add_action('comment_post', function ($id) {
    $told = moderator_answered();
    moderator_answered(null);
    if ($told !== null) {
        moderator_keep((int) $id, $told);
    }
});

/** Keeps what the service said of a comment, or that it is to be asked again. */
function moderator_keep(int $id, $told): void
{
    if (is_wp_error($told)) {
        update_comment_meta($id, '_moderator_due', time());
        moderator_schedule();
        return;
    }
    delete_comment_meta($id, '_moderator_due');
    update_comment_meta($id, '_moderator_id', $told['id']);
    update_comment_meta($id, '_moderator_status', $told['status']);
}
