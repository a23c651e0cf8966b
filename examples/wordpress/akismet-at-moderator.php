<?php
/*
 * Plugin Name: Akismet at moderator
 * Description: Points the Akismet plugin at your own moderator service.
 *
 * Put this file into wp-content/mu-plugins/, and into wp-config.php:
 *   define('MODERATOR_URL', 'http://127.0.0.1:8750');
 *   define('WPCOM_API_KEY', 'what MODERATOR_AKISMET_KEY holds; the plugin wants 12 characters');
 */
defined('ABSPATH') || exit;

add_filter('pre_http_request', function ($answer, $arguments, $url) {
    $parts = wp_parse_url($url);
    if (!preg_match('/(^|\.)rest\.akismet\.com$/i', $parts['host'] ?? '')) {
        return $answer;
    }
    if (!defined('MODERATOR_URL')) {
        // nothing goes to strangers by mistake
        return new WP_Error('moderator', 'wp-config.php does not define MODERATOR_URL');
    }
    // the key stands before the host's first dot
    $arguments['headers']['Host'] = $parts['host'];
    $arguments['timeout'] = min(15, $arguments['timeout'] ?? 15);
    $arguments['redirection'] = 0;
    $query = isset($parts['query']) ? '?' . $parts['query'] : '';
    return wp_remote_request(rtrim(MODERATOR_URL, '/') . $parts['path'] . $query, $arguments);
}, 10, 3);
