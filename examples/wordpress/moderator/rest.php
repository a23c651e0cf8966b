<?php
// Helps `moderator rescore https://...`: WordPress writes a whole comment anew where only its status is to change, and
// with it the address and program of whoever asks. With this, only the status changes.
defined('ABSPATH') || exit;

add_action('rest_api_init', function () {
    register_rest_route('moderator/v1', '/status', [
        'methods' => 'GET',
        'permission_callback' => fn() => current_user_can('moderate_comments'),
        'callback' => fn() => [
            'waiting' => count(moderator_noted('_moderator_due', 1000)),
            'untold' => count(moderator_noted('_moderator_tell', 1000)),
        ],
    ]);
});

add_filter('rest_preprocess_comment', function ($prepared, $request) {
    $sent = array_keys((array) $request->get_json_params());
    if (empty($request['id']) || $sent !== ['status']) {
        return $prepared;
    }
    $comment = get_comment((int) $request['id'], ARRAY_A);
    if (!$comment || moderator_kind($comment) === '') {
        return $prepared;
    }
    // a run of the engine is no word of the owner
    moderator_ours($request->get_header('x_moderator_run') === '1');
    return [];
}, 99, 2);
add_filter('rest_request_after_callbacks', function ($response) {
    moderator_ours(false);
    return $response;
});
