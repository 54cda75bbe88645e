#!/bin/bash
# A Slurm cluster of two nodes on this machine, from Debian's slurm-wlm and munge, for tests. Wants root.
#
#   cluster.sh start FOLDER    and then: export SLURM_CONF=FOLDER/slurm.conf
#   cluster.sh stop FOLDER
set -eu
action=$1 folder=$2 host=$(hostname -s)
export SLURM_CONF="$folder/slurm.conf"

stop() {
    scancel --user root 2>/dev/null || true
    for file in "$folder"/*.pid; do [ -f "$file" ] && kill "$(cat "$file")" 2>/dev/null || true; done
    [ ! -f "$folder/munged" ] || kill "$(cat "$folder/munged")" 2>/dev/null || true
}
if [ "$action" = stop ]; then stop; exit 0; fi

mkdir -p "$folder"/{state,spool,log}
if ! munge -n >/dev/null 2>&1; then
    mkdir -p /run/munge
    chown munge /run/munge
    su -s /bin/sh munge -c '/usr/sbin/munged --force'
    for _ in $(seq 20); do munge -n >/dev/null 2>&1 && break; sleep .2; done
    cp /run/munge/munged.pid "$folder/munged"
fi
cat >"$SLURM_CONF" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool/%n
SlurmctldPidFile=$folder/ctld.pid
SlurmdPidFile=$folder/%n.pid
SlurmctldLogFile=$folder/log/ctld.log
SlurmdLogFile=$folder/log/%n.log
SlurmctldPort=16817
SlurmctldParameters=enable_configless
SchedulerParameters=sched_interval=2
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
KillWait=5
MpiDefault=none
NodeName=n[1-2] NodeHostname=$host NodeAddr=127.0.0.1 Port=[17001-17002] CPUs=1 State=UNKNOWN
PartitionName=all Nodes=n[1-2] Default=YES MaxTime=INFINITE State=UP
CONF
trap 'stop' ERR
slurmctld
for _ in $(seq 50); do scontrol ping 2>/dev/null | grep -q UP && break; sleep .2; done
slurmd -N n1
slurmd -N n2
for _ in $(seq 60); do
    if [ "$(sinfo --noheader --Node --format %t | grep -c idle)" = 2 ]; then trap - ERR; exit 0; fi
    sleep .5
done
stop
echo "The nodes did not come up; see $folder/log." >&2
exit 1
