<?php
// What the plugin asks of the service: one function for its settings, one for a request, one for a linkback's words.
defined('ABSPATH') || exit;

/** The service's address and token; constants in wp-config.php come first. */
function moderator_settings(): array
{
    $kept = (array) get_option('moderator', []);
    return [
        'url' => untrailingslashit(defined('MODERATOR_URL') ? MODERATOR_URL : ($kept['url'] ?? '')),
        'token' => defined('MODERATOR_TOKEN') ? MODERATOR_TOKEN : ($kept['token'] ?? ''),
    ];
}

/** Asks the service; gives what it answers, or a WP_Error with a sentence for the owner. */
function moderator_ask(string $method, string $path, ?array $body = null, int $timeout = 12)
{
    $settings = moderator_settings();
    if ($settings['url'] === '') {
        return new WP_Error('moderator', 'No address of a service is set.');
    }
    $answer = wp_remote_request($settings['url'] . $path, [
        'method' => $method,
        'timeout' => $timeout,
        'redirection' => 0, // the token is for nobody else
        'headers' => ['Content-Type' => 'application/json', 'Authorization' => 'Bearer ' . $settings['token']],
        'body' => $body === null ? null : wp_json_encode($body),
    ]);
    if (is_wp_error($answer)) {
        return new WP_Error('moderator', 'The service does not answer: ' . $answer->get_error_message());
    }
    $code = wp_remote_retrieve_response_code($answer);
    $told = json_decode(wp_remote_retrieve_body($answer), true);
    if ($code === 401 || $code === 403) {
        return new WP_Error('moderator', 'The service refuses the token.', ['status' => $code]);
    }
    if ($code !== 200 || !is_array($told)) {
        return new WP_Error('moderator', "The service answers with HTTP $code.", ['status' => $code]);
    }
    return $told;
}

/** The protocol that brought a comment; empty: it is no linkback. */
function moderator_kind(array $comment): string
{
    $pings = ['pingback', 'trackback', 'webmention'];
    $protocol = $comment['comment_meta']['protocol']
        ?? (empty($comment['comment_ID']) ? '' : get_comment_meta($comment['comment_ID'], 'protocol', true));
    if (in_array($protocol, $pings, true)) {
        return $protocol;
    }
    $kind = $comment['comment_type'] ?? '';
    return in_array($kind, $pings, true) && !$protocol ? $kind : '';
}

/** What the service is told of a comment and its post. */
function moderator_question(array $comment): array
{
    $kind = moderator_kind($comment);
    $post = get_post($comment['comment_post_ID']);
    $text = $comment['comment_content'];
    $title = $comment['comment_author'];
    if ($kind === 'trackback' && preg_match('#^\s*<strong>(.*?)</strong>\s*(.*)$#s', $text, $found)) {
        [, $title, $text] = $found;
    } elseif ($kind === 'trackback') {
        $title = '';
    }
    $plain = fn($value, $most) => html_entity_decode(
        mb_substr(wp_strip_all_tags((string) $value), 0, $most),
        ENT_QUOTES | ENT_HTML5
    );
    $source = $comment['comment_meta']['webmention_source_url']
        ?? (empty($comment['comment_ID']) ? '' : get_comment_meta($comment['comment_ID'], 'webmention_source_url', true));
    return [
        'linkback' => [
            'kind' => $kind,
            'source_url' => str_replace(['&amp;', '&#038;'], '&', $source ?: $comment['comment_author_url']),
            'target_url' => get_permalink($post),
            'title' => $plain($title, 10000),
            'excerpt' => $plain(trim(str_replace('[&#8230;]', '', $text)), 200000),
            'blog_name' => $kind === 'trackback' ? $plain($comment['comment_author'], 10000) : '',
            'sender_ip' => (string) ($comment['comment_author_IP'] ?? ''),
            'user_agent' => mb_substr($comment['comment_agent'] ?? '', 0, 1000),
            'site' => home_url('/'),
        ],
        'post' => [
            'url' => get_permalink($post),
            'title' => $plain(get_the_title($post), 10000),
            'text' => $plain($post->post_content, 20000),
        ],
    ];
}
