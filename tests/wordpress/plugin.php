<?php
// What the tests need of the blog: pages on loopback may be pinged from, floods are let through, no mail is sent.
add_filter('http_request_host_is_external', '__return_true');
add_filter('http_allowed_safe_ports', function ($ports) { return array_merge($ports, range(1024, 65535)); });
add_filter('wp_is_application_passwords_available', '__return_true');
add_filter('pre_wp_mail', '__return_false');
add_action('init', function () { add_filter('comment_flood_filter', '__return_false', 99); });
// every sender of a test lives on one machine, so it says which address it stands for
if (isset($_SERVER['HTTP_X_TEST_SENDER'])) { $_SERVER['REMOTE_ADDR'] = $_SERVER['HTTP_X_TEST_SENDER']; }
// a plugin of the kind that writes into comments whenever they are saved
add_filter('wp_update_comment_data', function ($data) {
    return get_option('tests_rewrite_comments') ? ['comment_content' => $data['comment_content'] . ' (edited)'] + $data : $data;
});
