"""What an administrator does."""
from playwright.sync_api import expect


def test_making_a_role(window, desk, admin):
    name = f"Night shift {desk.number()}"
    page = window(admin).open("/admin/roles")
    page.get_by_role("link", name="New role").first.click()
    page.get_by_label("Name").fill(name)
    page.locator('[name="tickets:read"][value="group"]').check()
    page.locator('[name="tickets:create"][value="all"]').check()
    page.get_by_role("button", name="Make role").click()
    expect(page.locator("#toasts")).to_contain_text(name)
    made = next(role for role in desk.call("GET", "roles?limit=500", person=admin)["items"] if role["name"] == name)
    assert made["permissions"]["tickets:read"] == "group", made
