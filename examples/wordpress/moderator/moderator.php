<?php
/*
 * Plugin Name: moderator
 * Description: Lets your own moderator service decide about pingbacks, trackbacks and webmentions. Comments stay as they are.
 * Version: 0.2.0
 * Requires PHP: 7.4
 * License: MIT
 *
 * Settings > moderator takes the service's address and its token (MODERATOR_API_TOKEN). What cannot be judged is held.
 */
defined('ABSPATH') || exit;

require __DIR__ . '/service.php';
require __DIR__ . '/arrival.php';
require __DIR__ . '/sync.php';
require __DIR__ . '/rest.php';
if (is_admin()) {
    require __DIR__ . '/settings.php';
}

register_deactivation_hook(__FILE__, function () {
    wp_clear_scheduled_hook('moderator_sync');
});
