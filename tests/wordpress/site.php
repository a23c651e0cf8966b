<?php
// Installs the test blog and its posts. Called once, from the command line, with settings in the environment.
define('WP_INSTALLING', true);
$url = getenv('SITE_URL');
$_SERVER += ['HTTP_HOST' => substr($url, 7), 'REQUEST_URI' => '/', 'SERVER_PROTOCOL' => 'HTTP/1.1', 'REQUEST_METHOD' => 'GET'];
require getenv('SITE_FOLDER') . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
$made = wp_install('Test blog', 'owner', 'owner@example.org', true, '', 'owner');
update_option('permalink_structure', '/%year%/%postname%/');
update_option('default_ping_status', 'open');
update_option('comment_moderation', 1);
global $wp_rewrite;
$wp_rewrite->init();
$wp_rewrite->flush_rules(true);
[$password] = WP_Application_Passwords::create_new_application_password($made['user_id'], ['name' => 'tests']);
$weak = wp_create_user('reader', 'reader', 'reader@example.org');
[$weak_password] = WP_Application_Passwords::create_new_application_password($weak, ['name' => 'tests']);
$posts = [];
foreach (json_decode(getenv('SITE_POSTS'), true) as $at => $post) {
    $id = wp_insert_post([
        'post_title' => $post['title'], 'post_name' => $post['name'], 'post_content' => $post['text'],
        'post_status' => 'publish', 'post_author' => 1, 'ping_status' => 'open', 'post_type' => $post['type'] ?? 'post',
        'post_date' => $post['date'], 'post_date_gmt' => $post['date'],
    ]);
    $posts[] = ['id' => $id, 'url' => get_permalink($id)];
}
echo "\n", json_encode(['password' => $password, 'weak' => $weak_password, 'posts' => $posts]), "\n";
