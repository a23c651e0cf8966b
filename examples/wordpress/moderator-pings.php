<?php
/*
 * Plugin Name: moderator for pings
 * Description: Lets your own moderator service decide about pingbacks and trackbacks; comments stay as they are.
 *
 * Put this file into wp-content/mu-plugins/, and into wp-config.php:
 *   define('MODERATOR_URL', 'http://127.0.0.1:8750');
 *   define('MODERATOR_TOKEN', 'what MODERATOR_API_TOKEN holds');
 */
defined('ABSPATH') || exit;

add_filter('pre_comment_approved', function ($approved, $comment) {
    $kind = $comment['comment_type'] ?? '';
    // what WordPress refuses by the owner's own lists stays refused
    $refused = is_wp_error($approved) || $approved === 'spam' || $approved === 'trash';
    if (!defined('MODERATOR_URL') || !in_array($kind, ['pingback', 'trackback'], true) || $refused) {
        return $approved;
    }
    $post = get_post($comment['comment_post_ID']);
    $text = $comment['comment_content'];
    $title = $comment['comment_author'];
    if ($kind === 'trackback' && preg_match('#^\s*<strong>(.*?)</strong>\s*(.*)$#s', $text, $found)) {
        [, $title, $text] = $found;
    }
    $plain = fn($value, $most) => html_entity_decode(mb_substr(wp_strip_all_tags($value), 0, $most), ENT_QUOTES | ENT_HTML5);
    $answer = wp_remote_post(rtrim(MODERATOR_URL, '/') . '/api/v1/check', [
        'timeout' => 12,
        'redirection' => 0, // the token is for nobody else
        'headers' => [
            'Content-Type' => 'application/json',
            'Authorization' => 'Bearer ' . (defined('MODERATOR_TOKEN') ? MODERATOR_TOKEN : ''),
        ],
        'body' => wp_json_encode([
            'linkback' => [
                'kind' => $kind,
                'source_url' => $comment['comment_author_url'],
                'target_url' => get_permalink($post),
                'title' => $plain($title, 10000),
                'excerpt' => $plain(trim(str_replace('[&#8230;]', '', $text)), 200000),
                'blog_name' => $kind === 'trackback' ? $plain($comment['comment_author'], 10000) : '',
                'sender_ip' => $comment['comment_author_IP'],
                'user_agent' => mb_substr($comment['comment_agent'] ?? '', 0, 1000),
                'site' => home_url('/'),
            ],
            'post' => [
                'url' => get_permalink($post),
                'title' => $plain(get_the_title($post), 10000),
                'text' => $plain($post->post_content, 20000),
            ],
        ]),
    ]);
    $judged = !is_wp_error($answer) && wp_remote_retrieve_response_code($answer) === 200;
    $told = $judged ? json_decode(wp_remote_retrieve_body($answer), true) : null;
    if (is_array($told) && ($told['shadow'] ?? false) === true) {
        return $approved; // the service only watches
    }
    // what cannot be judged is held; it never approves itself
    return ['approved' => 1, 'held' => 0, 'spam' => 'spam'][$told['status'] ?? 'held'] ?? 0;
}, 99, 2);
