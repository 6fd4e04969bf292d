-- kind: additive; gates on what a task's work does to its checks

alter table gates add column tamper json;
