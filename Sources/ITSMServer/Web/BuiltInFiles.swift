/// The pages' files as the program carries them. A test holds the lists against the folders.
enum BuiltInFiles {
    static let templates: [String: [UInt8]] = [
        "action": PackageResources.action_mustache,
        "belongings": PackageResources.belongings_mustache,
        "error": PackageResources.error_mustache,
        "failure": PackageResources.failure_mustache,
        "faults": PackageResources.faults_mustache,
        "field": PackageResources.field_mustache,
        "field-fault": PackageResources.field_fault_mustache,
        "field-help": PackageResources.field_help_mustache,
        "filter": PackageResources.filter_mustache,
        "form": PackageResources.form_mustache,
        "layout": PackageResources.layout_mustache,
        "nothing": PackageResources.nothing_mustache,
        "overlays": PackageResources.overlays_mustache,
        "pages": PackageResources.pages_mustache,
        "plain": PackageResources.plain_mustache,
        "priority": PackageResources.priority_mustache,
        "queue": PackageResources.queue_mustache,
        "queue-rows": PackageResources.queue_rows_mustache,
        "record": PackageResources.record_mustache,
        "records": PackageResources.records_mustache,
        "role": PackageResources.role_mustache,
        "sign-in": PackageResources.sign_in_mustache,
        "ticket-row": PackageResources.ticket_row_mustache,
        "ticket-rows": PackageResources.ticket_rows_mustache,
    ]

    static let assets: [String: [UInt8]] = [
        "app.css": PackageResources.app_css,
        "app.js": PackageResources.app_js,
        "combobox.js": PackageResources.combobox_js,
        "dom.js": PackageResources.dom_js,
        "favicon.svg": PackageResources.favicon_svg,
        "icons.svg": PackageResources.icons_svg,
        "keys.js": PackageResources.keys_js,
        "live.js": PackageResources.live_js,
        "palette.js": PackageResources.palette_js,
        "picker.js": PackageResources.picker_js,
        "shell.js": PackageResources.shell_js,
    ]
}
