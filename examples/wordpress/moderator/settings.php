<?php
// Settings > moderator: address, token, and a button that tries both.
defined('ABSPATH') || exit;

add_action('admin_menu', function () {
    add_options_page('moderator', 'moderator', 'manage_options', 'moderator', 'moderator_page');
});
add_action('admin_init', function () {
    register_setting('moderator', 'moderator', ['type' => 'array', 'sanitize_callback' => 'moderator_clean']);
});

/** What was typed, made safe; an empty token keeps the old one. */
function moderator_clean($typed): array
{
    $typed = (array) $typed;
    $kept = (array) get_option('moderator', []);
    $url = esc_url_raw(trim((string) ($typed['url'] ?? '')), ['http', 'https']);
    $token = trim((string) ($typed['token'] ?? ''));
    return ['url' => $url, 'token' => $token === '' ? ($kept['token'] ?? '') : $token];
}

/** Whether the service can be asked, in a sentence. */
function moderator_try(): string
{
    $told = moderator_ask('GET', '/api/v1/decisions?limit=1');
    return is_wp_error($told) ? $told->get_error_message() : 'The service answers and takes the token.';
}

function moderator_page(): void
{
    if (!current_user_can('manage_options')) {
        return;
    }
    $settings = moderator_settings();
    $tried = '';
    if (isset($_POST['moderator_try']) && check_admin_referer('moderator_try')) {
        $tried = moderator_try();
        moderator_sync();
    }
    ?>
    <div class="wrap">
        <h1>moderator</h1>
        <?php if ($tried !== '') : ?>
            <div class="notice notice-info"><p><?php echo esc_html($tried); ?></p></div>
        <?php endif; ?>
        <form method="post" action="options.php">
            <?php settings_fields('moderator'); ?>
            <table class="form-table" role="presentation">
                <tr>
                    <th scope="row"><label for="moderator-url">Address of the service</label></th>
                    <td><input id="moderator-url" class="regular-text" type="url" name="moderator[url]"
                        value="<?php echo esc_attr($settings['url']); ?>" placeholder="http://127.0.0.1:8750"></td>
                </tr>
                <tr>
                    <th scope="row"><label for="moderator-token">Token</label></th>
                    <td><input id="moderator-token" class="regular-text" type="password" name="moderator[token]"
                        autocomplete="off" placeholder="<?php echo $settings['token'] === '' ? '' : '(unchanged)'; ?>"></td>
                </tr>
            </table>
            <?php submit_button(); ?>
        </form>
        <form method="post">
            <?php wp_nonce_field('moderator_try'); ?>
            <p>
                <?php echo (int) count(moderator_noted('_moderator_due', 1000)); ?> linkbacks wait for the service,
                <?php echo (int) count(moderator_noted('_moderator_tell', 1000)); ?> of your decisions wait to be sent.
            </p>
            <?php submit_button('Test the connection', 'secondary', 'moderator_try'); ?>
        </form>
    </div>
    <?php
}
