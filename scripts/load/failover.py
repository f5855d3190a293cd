"""Two servers on a primary and its synchronous standby, named together in one URL. The primary dies under load, the standby is promoted, again and again:
what was acknowledged is there, once, the feed goes on in a new epoch without gap or double, and no server is started again."""
import os
import random
import shutil
import time

import feed
from cluster import Cluster, url
from load import Load
from server import Stage, wait_until


def run(programs, rounds):
    with Stage(programs) as stage:
        primary, standby = Cluster(stage.folder, "alpha"), Cluster(stage.folder, "beta")
        hosts = [primary, standby]
        stage.servers += hosts
        primary.make()
        primary.start()
        primary.make_desk()
        attach(standby, primary)
        servers = start_servers(stage, hosts)
        load = Load(servers, primary)
        for round in range(1, rounds + 1):
            load.database = primary
            load.resume()
            load.flow()
            time.sleep(random.uniform(0, 0.7))
            before = load.count
            began = time.monotonic()
            primary.kill()
            standby.promote()
            promoted = time.monotonic()
            load.database = standby
            load.flow()
            took = time.monotonic()
            for server in servers:
                server.await_ready()
            epochs = standby.sql("SELECT epoch FROM feed_epochs ORDER BY epoch")
            assert epochs == [[str(number)] for number in range(1, round + 2)], f"epochs after {round} promotions: {epochs}"
            newest = standby.sql("SELECT DISTINCT epoch FROM activity WHERE epoch > " + str(round))
            assert newest == [[str(round + 1)]], f"what was written after the promotion stands in epoch {newest}"
            load.check()
            print(f"  {round}/{rounds}: primary killed after {before} writes, standby promoted after {promoted - began:.2f} s, "
                  f"{load.count} writes {took - promoted:.2f} s later, epoch {round + 1}", flush=True)
            primary, standby = standby, primary
            if round < rounds:
                shutil.rmtree(standby.data)
                attach(standby, primary)
        load.resume()
        load.flow()
        load.end()
        refuse_standby(stage, primary)
        lose_writes(stage, servers, primary, standby, load.admin)


def attach(standby, primary):
    standby.copy(primary)
    standby.start("hot_standby=on")
    primary.wait_for(standby)


def start_servers(stage, hosts):
    secret = os.path.join(stage.folder, "secret.key")
    with open(os.open(secret, os.O_WRONLY | os.O_CREAT, 0o644), "w") as file:
        file.write(os.urandom(32).hex() + "\n")
    environment = {"ITSM_DATABASE_URL": url("itsm_app", *hosts), "ITSM_MIGRATION_URL": url("itsm_owner", *hosts), "ITSM_SECRET_KEY_FILE": secret}
    servers = [stage.server(name, environment) for name in ("one", "two")]
    for server in servers:
        server.start()
    return servers


def lose_writes(stage, servers, primary, standby, admin):
    """A standby that is not synchronous takes over without the last writes: transaction ids come a second time, and who follows the feed, and has read
    what is lost, still misses nothing of what comes."""
    shutil.rmtree(standby.data)
    primary.sql("ALTER SYSTEM RESET synchronous_standby_names", "postgres")
    primary.sql("SELECT pg_reload_conf()", "postgres")
    standby.copy(primary)
    standby.start("hot_standby=on")
    follower = feed.Follower(servers[0].client(admin.token))
    follower.start()
    written = write_some(servers[1], admin)
    wait_until("the standby has all", lambda: standby.sql(f"SELECT count(*) FROM tickets WHERE number = '{written}'") == [["1"]])
    standby.sql("ALTER SYSTEM SET primary_conninfo = ''", "postgres")
    standby.sql("SELECT pg_reload_conf()", "postgres")
    wait_until("the standby is cut off", lambda: not primary.sql("SELECT FROM pg_stat_replication", "postgres"))
    write_some(servers[1], admin)
    there = {row[0] for row in primary.sql("SELECT concat_ws('-', epoch, xid, id) FROM activity")}
    wait_until("the reader has read what will be lost", lambda: there <= set(follower.seen))
    primary.kill()
    standby.promote()
    for server in servers:
        server.await_ready()
    write_some(servers[1], admin)
    meant = [row[0] for row in standby.sql("SELECT concat_ws('-', epoch, xid, id) FROM activity ORDER BY epoch, xid, id")]
    wait_until("the reader has read all that is there", lambda: follower.fault or set(meant) <= set(follower.seen))
    follower.end()
    assert [event for event in follower.seen if event in set(meant)] == meant, "the feed as it was followed is not in order, or has doubles"
    assert set(follower.seen) - set(meant), "nothing was lost, so nothing was tried"
    print(f"  a standby that was cut off took over without {len(set(follower.seen) - set(meant))} events: who had read them read on without a gap", flush=True)


def write_some(server, admin):
    """Raises some tickets, and gives the last one's number."""
    client = server.client(admin.token)
    for _ in range(40):
        number = client.post("incidents", {"title": "Written", "impact": "low", "urgency": "low"})["number"]
    return number


def refuse_standby(stage, primary):
    """A server whose URL does not ask for a primary does not begin on a standby, and says what to do."""
    other = Cluster(stage.folder, "gamma")
    stage.servers.append(other)
    other.copy(primary)
    other.start("hot_standby=on")
    environment = {"ITSM_DATABASE_URL": f"postgresql://itsm_app@127.0.0.1:{other.port}/itsm", "ITSM_SECRET_KEY_FILE": os.path.join(stage.folder, "secret.key"),
                   "ITSM_MIGRATION_URL": f"postgresql://itsm_owner@127.0.0.1:{other.port}/itsm"}
    lost = stage.server("lost", environment)
    lost.launch()
    wait_until("the server on the standby ends", lambda: lost.process.poll() is not None)
    assert lost.process.returncode != 0 and "target_session_attrs=read-write" in lost.log_end(), lost.log_end()
    print("  a server that was given the standby alone ends and says so")
