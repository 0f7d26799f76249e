"""Handing over 领取登记: who took which certificate, when and how; once for each paper."""
