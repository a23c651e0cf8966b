<?php
// One queue in two places: what was not judged is asked about again, what the owner decides in WordPress is sent, and
// what was decided in the service's dashboard is taken over. By WordPress's cron, every five minutes.
defined('ABSPATH') || exit;

const MODERATOR_AT_ONCE = 50;
const MODERATOR_LABELS = ['approved' => 'ham', 'spam' => 'spam', 'unapproved' => 'hold'];
const MODERATOR_TOLD_AS = ['ham' => 'approved', 'spam' => 'spam', 'hold' => 'held'];

add_filter('cron_schedules', function ($schedules) {
    return $schedules + ['moderator' => ['interval' => 300, 'display' => 'Every five minutes (moderator)']];
});
add_action('init', 'moderator_schedule');
add_action('moderator_sync', 'moderator_sync');

function moderator_schedule(): void
{
    if (!wp_next_scheduled('moderator_sync')) {
        wp_schedule_event(time() + 60, 'moderator', 'moderator_sync');
    }
}

/** Whether a status is being changed by this plugin and not by somebody. */
function moderator_ours(?bool $set = null): bool
{
    static $ours = false;
    if ($set !== null) {
        $ours = $set;
    }
    return $ours;
}

add_action('transition_comment_status', function ($new, $old, $comment) {
    $label = MODERATOR_LABELS[$new] ?? '';
    if ($new === $old || moderator_ours() || $label === '') {
        return;
    }
    if (get_comment_meta($comment->comment_ID, '_moderator_id', true)) {
        update_comment_meta($comment->comment_ID, '_moderator_tell', $label);
        moderator_tell((int) $comment->comment_ID, $label, 3);
    } elseif (get_comment_meta($comment->comment_ID, '_moderator_due', true)) {
        // the owner was faster than the service: it is asked only so that it can be told
        update_comment_meta($comment->comment_ID, '_moderator_tell', $label);
    }
}, 10, 3);

/** Sends the owner's word; what cannot be sent now stays noted. */
function moderator_tell(int $comment, string $label, int $timeout = 12): bool
{
    $id = get_comment_meta($comment, '_moderator_id', true);
    $told = moderator_ask('POST', '/api/v1/label', ['ids' => [$id], 'label' => $label, 'by' => 'WordPress'], $timeout);
    $status = is_wp_error($told) ? ($told->get_error_data()['status'] ?? 0) : 200;
    if ($status !== 200 && $status !== 404 && $status !== 422) {
        return false;
    }
    // the service may know the comment no more; then there is nobody to tell
    delete_comment_meta($comment, '_moderator_tell', $label);
    update_comment_meta($comment, '_moderator_status', MODERATOR_TOLD_AS[$label]);
    return true;
}

/** Comments with a meta key, the oldest first, as [comment, value]. */
function moderator_noted(string $key, int $limit): array
{
    global $wpdb;
    return $wpdb->get_results($wpdb->prepare(
        "SELECT comment_id, meta_value FROM $wpdb->commentmeta WHERE meta_key = %s ORDER BY meta_id LIMIT %d",
        $key,
        $limit
    ), ARRAY_N);
}

/** Brings both sides together; true: everything could be done. */
function moderator_sync(): bool
{
    foreach (moderator_noted('_moderator_due', MODERATOR_AT_ONCE) as [$comment, $since]) {
        $row = get_comment($comment, ARRAY_A);
        if (!$row) {
            delete_comment_meta($comment, '_moderator_due');
            continue;
        }
        $told = moderator_ask('POST', '/api/v1/check', moderator_question($row));
        if (is_wp_error($told)) {
            return false; // it is down still
        }
        moderator_keep((int) $comment, $told);
        if (!get_comment_meta($comment, '_moderator_tell', true) && empty($told['shadow'])) {
            moderator_set((int) $comment, $told['status']);
        }
    }
    foreach (moderator_noted('_moderator_tell', MODERATOR_AT_ONCE) as [$comment, $label]) {
        if (get_comment_meta($comment, '_moderator_id', true) && !moderator_tell((int) $comment, $label)) {
            return false;
        }
    }
    return moderator_take_over();
}

/** Takes over what has changed at the service since it was asked last. */
function moderator_take_over(): bool
{
    global $wpdb;
    $rows = $wpdb->get_results(
        "SELECT meta_value, comment_id FROM $wpdb->commentmeta WHERE meta_key = '_moderator_id'
         ORDER BY meta_id DESC LIMIT 2000",
        ARRAY_N
    );
    $comments = array_column($rows, 1, 0);
    $before = 0;
    for ($page = 0; $page < 8 && $comments; $page++) {
        $told = moderator_ask('GET', "/api/v1/decisions?origin=api&limit=500&before=$before");
        if (is_wp_error($told)) {
            return false;
        }
        foreach ($told['mentions'] as $mention) {
            $comment = (int) ($comments[$mention['id']] ?? 0);
            unset($comments[$mention['id']]);
            if (!$comment || !empty($mention['shadow'])) {
                continue;
            }
            $known = get_comment_meta($comment, '_moderator_status', true);
            if ($mention['status'] !== $known && !get_comment_meta($comment, '_moderator_tell', true)) {
                moderator_set($comment, $mention['status']);
                update_comment_meta($comment, '_moderator_status', $mention['status']);
            }
        }
        $before = (int) $told['next'];
        if (!$before) {
            break;
        }
    }
    return true;
}

/** Gives a comment the service's status; what somebody threw away stays away. */
function moderator_set(int $comment, string $status): void
{
    $now = wp_get_comment_status($comment);
    $wanted = ['approved' => 'approve', 'held' => 'hold', 'gone' => 'hold', 'spam' => 'spam'][$status] ?? '';
    $same = ['approve' => 'approved', 'hold' => 'unapproved', 'spam' => 'spam'][$wanted] ?? $now;
    if ($wanted === '' || $now === false || $now === 'trash' || $now === $same) {
        return;
    }
    moderator_ours(true);
    if ($wanted === 'spam') {
        wp_spam_comment($comment);
    } else {
        if ($now === 'spam') {
            wp_unspam_comment($comment);
        }
        wp_set_comment_status($comment, $wanted);
    }
    moderator_ours(false);
}
