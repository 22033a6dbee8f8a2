#!/bin/sh
# Bide launcher, format 1. One process per busy slot, in a session of its own; runs attempt after attempt.
#   stdin   a run directory a line, from the server. End of file = server gone: finish the attempt at hand, then leave.
#   stdout  the server's FIFO: "DIR started" and the line of "pid", "DIR refused", "DIR CODE" and "DIR CODE left"
#           (processes of its group are still there). Hints only; the files in DIR are the truth while they are there:
#   pid     created exclusively by the attempt's own process before its command starts: the fence. Whoever creates it
#           decides: that process (the command runs) or the server (it never will). "PID TICKS LAUNCHERPID:TICKS BOOT"
#   exit    made by the server, 64 blanks; the code is written over it in place (needs no free space).
# Start: env --default-signal setsid sh launcher.sh, with PATH as the whole environment, in the directory of all runs.
bide_stat() {   # pid and start time of the (sub)shell that calls it; exec keeps both
  read -r bide_p bide_x bide_x bide_x bide_x bide_x bide_x bide_x bide_x bide_x bide_x bide_x bide_x bide_x bide_x bide_x \
    bide_x bide_x bide_x bide_x bide_x bide_t bide_x </proc/self/stat
}
bide_main() {
  trap : HUP INT QUIT TERM USR1 USR2 PIPE ALRM   # handlers, not '': an ignored signal would be inherited by the command
  umask 077
  read -r bide_boot </proc/sys/kernel/random/boot_id
  bide_run=$(command -v setsid) || bide_run='perl -MPOSIX -esetsid;$p=shift;exec{$p}$p,@ARGV;exit(127) --'
  bide_stat; bide_me=$bide_p:$bide_t
  while read -r bide_d; do
    [ -e "$bide_d/pid" ] && { echo "$bide_d refused"; continue; }
    (
      exec </dev/null 3>&1 >>"$bide_d/log" 2>&1 || exit 125
      bide_stat; set -C; { echo "$bide_p $bide_t $bide_me $bide_boot" >"$bide_d/pid"; } 2>/dev/null || exit 125; set +C
      trap : PIPE; { echo "$bide_d started $bide_p $bide_t $bide_me $bide_boot" >&3; } 2>/dev/null; trap - PIPE; exec 3>&-   # nobody may be there to read it
      . "$bide_d/job"
    ) 2>/dev/null
    bide_r=$? bide_o= bide_l=
    read -r bide_p bide_x bide_o bide_x <"$bide_d/pid"
    case $bide_o in
      "$bide_me")
        printf '%-20s\n' "$bide_r" 1<>"$bide_d/exit"; bide_w=$?
        kill -0 "-$bide_p" && bide_l=' left'
        echo "$bide_d $bide_r$bide_l"
        until [ $bide_w = 0 ] || [ ! -d "$bide_d" ]; do sleep 5; printf '%-20s\n' "$bide_r" 1<>"$bide_d/exit"; bide_w=$?; done ;;
      server | *:*) echo "$bide_d refused" ;;
      *) if [ -z "$bide_o" ] && [ -e "$bide_d/pid" ]; then echo "$bide_d refused"   # somebody else is just making it
         else echo "$bide_d $bide_r"; fi ;;   # never made, removed or spoilt: only the server knows whether it had started
    esac
  done 2>/dev/null
}
bide_main; exit
