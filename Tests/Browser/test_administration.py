"""What an administrator does."""
from playwright.sync_api import expect


def test_making_a_role(window, desk, admin):
    name = f"Night shift {desk.number()}"
    page = window(admin).open("/admin/roles")
    page.get_by_role("link", name="New role").first.click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("row").filter(has_text="tickets:read").get_by_label("Groups'").check()
    page.get_by_role("row").filter(has_text="tickets:create").get_by_role("radio").last.check()
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("#toasts")).to_contain_text(name)
    made = next(role for role in desk.call("GET", "roles?limit=500", person=admin)["items"] if role["name"] == name)
    assert made["permissions"]["tickets:read"] == "group", made
